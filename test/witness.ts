// Judges whether a session is ever alive twice: every live copy holds a connection under its session's name.
import { chmodSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { isAlive } from '../src/processes/proc.js'

export interface Witness {
  readonly socket: string
  /** What must never be: two live copies of one session, one line each. */
  readonly violations: readonly string[]
  /** Names of those that stand now. */
  live(): string[]
  /** How many copies of a session there have been, one after the other. */
  copies(session: string): number
  close(): Promise<void>
}

export async function openWitness(socket: string): Promise<Witness> {
  const violations: string[] = []
  const standing = new Map<Socket, { session: string; pid: number }>()
  const copies = new Map<string, number>()

  function stand(connection: Socket, line: string) {
    const { session, pid } = JSON.parse(line) as { session: string; pid: number }
    for (const other of standing.values()) {
      // The kernel may tell of the new connection before the end of the old one: the process itself decides.
      if (other.session === session && isAlive(other.pid)) {
        violations.push(`${session} alive twice: pids ${other.pid} and ${pid}`)
      }
    }
    standing.set(connection, { session, pid })
    copies.set(session, (copies.get(session) ?? 0) + 1)
  }

  const connections = new Set<Socket>()
  const server = createServer((connection) => {
    connections.add(connection)
    let text = ''
    connection.setEncoding('utf8')
    connection.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) stand(connection, line)
    })
    // A killed session resets its connection; that it is gone is told by `close`.
    connection.on('error', () => undefined)
    connection.on('close', () => {
      connections.delete(connection)
      standing.delete(connection)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  chmodSync(socket, 0o600)
  return {
    socket,
    violations,
    live: () => [...standing.values()].map(({ session }) => session),
    copies: (session) => copies.get(session) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const connection of connections) connection.destroy()
      }),
  }
}
