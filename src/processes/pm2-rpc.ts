// Calls into the PM2 daemon, over PM2's own socket library but not through its API object, because that one
//   – reads PM2_HOME and a dozen settings from process.env when it is required, and creates ~/.pm2 when they are missing
//   – has no timeouts: after a kill -9 of the daemon its calls hang for ever
//   – reconnects by itself, silently, to a new daemon that knows none of our processes
//   – launches a daemon, with the caller's whole environment, when a call finds none.
// The methods called are those that PM2's API itself calls; the version of pm2 is pinned for that reason.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { messageOf, untrusted } from '../core/errors.js'
import { distrustOfSocket } from '../node/trust.js'

export interface Pm2Rpc {
  /** Rejects after a timeout, when PM2 answers with an error, and at once when the connection is lost. */
  call(method: string, argument: unknown, timeoutMs?: number): Promise<unknown>
  /** The daemon closed the connection; not called for our own `close`. Called at once when that was before. */
  onClosed(listener: () => void): void
  close(): void
}

/** What was asked may still happen. */
export class Pm2TimeoutError extends Error {
  override readonly name = 'Pm2TimeoutError'
}

interface Socket {
  set(name: string, value: unknown): void
  connect(path: string): void
  close(): void
  on(event: 'connect' | 'close', listener: () => void): void
  on(event: 'error' | 'socket error', listener: (error: Error) => void): void
}
interface RpcClient {
  call(method: string, argument: unknown, answer: (error: unknown, result: unknown) => void): void
}
interface Libraries {
  axon: { socket(type: 'req'): Socket }
  rpc: { Client: new (socket: Socket) => RpcClient }
}

export const rpcSocketPath = (pm2Home: string) => join(pm2Home, 'rpc.sock')

/** Rejects when nothing listens, and when another user could be the one who does. */
export async function connectRpc(pm2Home: string, timeoutMs: number): Promise<Pm2Rpc> {
  const found = distrustOfSocket(rpcSocketPath(pm2Home))
  if (found) throw untrusted(found)
  const { axon, rpc } = libraries()
  const socket = axon.socket('req')
  socket.set('retry timeout', 0) // never reconnect: who answers then may be another daemon
  const client = new rpc.Client(socket)
  const failPending = new Set<(error: Error) => void>()
  const closedListeners: (() => void)[] = []
  let state: 'connecting' | 'open' | 'lost' | 'closed' = 'connecting'
  const lost = () => new Error('The connection to the PM2 daemon is lost.')

  socket.on('close', () => {
    if (state !== 'open') return
    state = 'lost'
    for (const fail of failPending) fail(lost())
    for (const listener of closedListeners) listener()
  })
  await within(timeoutMs, 'connect', (resolve, reject) => {
    socket.on('connect', () => resolve(undefined))
    socket.on('socket error', reject)
    socket.on('error', reject)
    socket.connect(rpcSocketPath(pm2Home))
  }).catch((error: unknown) => {
    state = 'closed'
    socket.close()
    throw error
  })
  state = 'open'

  return {
    call(method, argument, callTimeoutMs = timeoutMs) {
      return within(callTimeoutMs, method, (resolve, reject) => {
        if (state !== 'open') return reject(lost())
        failPending.add(reject)
        client.call(method, argument, (error, result) => {
          failPending.delete(reject)
          if (error) reject(new Error(`PM2 refused ${method}: ${messageOf(error)}`))
          else resolve(result)
        })
      })
    },
    onClosed(listener) {
      closedListeners.push(listener)
      if (state === 'lost') listener()
    },
    close() {
      state = 'closed'
      for (const fail of failPending) fail(lost())
      socket.close()
    },
  }
}

function within(
  timeoutMs: number,
  what: string,
  ask: (resolve: (result: unknown) => void, reject: (error: Error) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Pm2TimeoutError(`The PM2 daemon did not answer ${what} within ${timeoutMs} ms.`)),
      timeoutMs,
    )
    const settle =
      <T>(end: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer)
        end(value)
      }
    ask(settle(resolve), settle(reject))
  })
}

let loaded: Libraries | undefined

/** Loaded at the first connection: a process that never talks to PM2 does not pay for it. */
function libraries(): Libraries {
  const require = createRequire(import.meta.url)
  loaded ??= { axon: require('pm2/modules/pm2-axon'), rpc: require('pm2/modules/pm2-axon-rpc') }
  return loaded
}
