// The host services' door, `services.sock`. As at the sessions' door, what one may ask for follows from its token: it can
// ask for nothing that is another's.
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../core/json.js'
import { fencedOr, openDoor, passOf, type Reply, readJson } from './door.js'
import { type Hello, MAX_BEAT_BYTES, MAX_HELLO_BYTES } from './endpoint.js'
import type { SupervisorParts } from './parts.js'
import type { Asked, ServiceDesk } from './service-desk.js'
import { read, readBeat, readHello, readJournal } from './wire.js'

const MAX_CALL_BYTES = 1024 * 1024
const MAX_CREDENTIAL_CHARS = 4_096

export function listenForServices(desk: ServiceDesk, { services, now, log }: SupervisorParts) {
  const { tickets } = services
  return openDoor({ name: "host services' endpoint", socket: services.socket, answer, log })

  async function answer(request: IncomingMessage): Promise<Reply> {
    if (request.url === '/hello') return hello(readHello(await readJson(request, MAX_HELLO_BYTES)))
    const pass = passOf(request, tickets)
    switch (request.url) {
      case '/journal':
        return fencedOr(desk.journal(pass, readJournal(await readJson(request, MAX_HELLO_BYTES))))
      case '/secrets':
        await readJson(request, MAX_HELLO_BYTES)
        return fencedOr(desk.secrets(pass))
      case '/beat':
        return fencedOr(desk.beat(pass, readBeat(await readJson(request, MAX_BEAT_BYTES))))
      case '/routes':
        return fencedOr(await desk.routes(pass, read('routes', SINCE, await readJson(request, MAX_HELLO_BYTES)).since))
      case '/call':
        return desk.call(pass, read('call', CALL, await readJson(request, MAX_CALL_BYTES)))
      default:
        return { status: 404, body: {} }
    }
  }

  function hello({ ticket, ...said }: Hello & { ticket: string }): Reply {
    const pass = tickets.readTicket(ticket, now().getTime())
    return fencedOr(pass ? desk.hello(pass, said) : 'fenced')
  }
}

const SINCE = z.object({ since: z.string().max(64).nullable().default(null) })
const CALL: z.ZodType<Asked> = z.object({
  credential: z.string().max(MAX_CREDENTIAL_CHARS),
  verb: z.string().max(100),
  input: z.custom<JsonObject>(isJsonObject, 'not an object').default({}),
})
