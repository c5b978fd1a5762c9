// The gateway's server on a port of its own, before sessions that a test answers for, each on a Unix socket.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Route } from '../src/core/protocol.js'
import { addressSet } from '../src/node/address-set.js'
import { openCounters } from '../src/services/gateway/counters.js'
import type { Door } from '../src/services/gateway/door.js'
import type { Bounds } from '../src/services/gateway/hand-over.js'
import { openHealthDoor } from '../src/services/gateway/health-door.js'
import { openHookDoor } from '../src/services/gateway/hook-door.js'
import { openRoutes } from '../src/services/gateway/routes.js'
import { type GatewayServerParts, openGatewayServer } from '../src/services/gateway/server.js'

export const OPAQUE = 'k3Jx_'.padEnd(43, 'a')
export const TOKEN = 'the-token-of-the-run'

export interface Heard {
  method: string
  url: string
  rawHeaders: string[]
  body: Buffer
}

export type Answering = (heard: Heard, response: ServerResponse, request: IncomingMessage) => void

export type AGateway = Awaited<ReturnType<typeof aGateway>>

export async function aGateway(
  t: Pick<TestContext, 'after'>,
  more: Partial<GatewayServerParts> & { trusted?: string[]; handOverBounds?: Bounds; further?: Door[] } = {},
) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-gateway-'))
  const clock = { ms: 0 }
  const routes = openRoutes(() => clock.ms)
  const counters = openCounters()
  const warned: string[] = []
  const warn = (message: string, fields: object) => void warned.push(`${message} ${JSON.stringify(fields)}`)
  const health = { ok: true, lastTickMsAgo: 1 }
  const server = openGatewayServer({
    doors: [
      openHookDoor({ routes, warn, ...(more.handOverBounds && { handOverBounds: more.handOverBounds }) }),
      openHealthDoor(() => health),
      ...(more.further ?? []),
    ],
    trustedProxies: addressSet(more.trusted ?? []),
    counters,
    warn,
    monotonicMs: () => clock.ms,
    ...more,
  })
  const { port } = await server.listen('127.0.0.1', 0)
  const lines: Socket[] = []
  t.after(async () => {
    for (const line of lines) line.destroy()
    await server.close(0)
    rmSync(dir, { recursive: true, force: true })
  })
  let sessions = 0
  return {
    server,
    routes,
    counters,
    warned,
    clock,
    health,
    port,
    url: `http://127.0.0.1:${port}`,
    hook: (rest = '', name = 'shop') => `http://127.0.0.1:${port}/hooks/${OPAQUE}/${name}${rest}`,
    /** Answers where the session listens. */
    async session(answering: Answering): Promise<string> {
      const socket = join(dir, `${sessions++}.sock`)
      const own = createServer((request, response) => {
        const chunks: Buffer[] = []
        request.on('data', (chunk: Buffer) => chunks.push(chunk))
        request.on('error', () => undefined)
        request.on('end', () => {
          const { method = '', url = '', rawHeaders } = request
          answering({ method, url, rawHeaders, body: Buffer.concat(chunks) }, response, request)
        })
      })
      await new Promise<void>((resolve) => own.listen(socket, resolve))
      t.after(() => {
        own.close()
        own.closeAllConnections()
      })
      return socket
    },
    route(address: string | null, hook: Partial<Route['hooks'][number]> = {}): Route {
      const hooks = [{ name: 'shop', maxBytes: null, perMinute: null, ...hook }]
      return { opaque: OPAQUE, session: 'acme/shop', kind: 'shops', address, token: TOKEN, hooks }
    },
    /** A bare connection, on which anything may be written. */
    line() {
      const line = connect(port, '127.0.0.1')
      lines.push(line)
      line.on('error', () => undefined)
      const said = { text: '' }
      line.on('data', (chunk) => {
        said.text += chunk.toString('latin1')
      })
      const closed = new Promise<string>((resolve) => line.once('close', () => resolve(said.text)))
      return { line, said, closed }
    },
    /** All that is answered until the connection ends. */
    raw(text: string | Buffer): Promise<string> {
      const { line, closed } = this.line()
      line.write(text)
      return closed
    },
  }
}

export const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
