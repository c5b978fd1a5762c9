// A verb in the name of whoever has a credential, asked by a host service. Who that is the supervisor says.
import { messageOf } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { HostServiceContext } from '../kinds/service.js'
import type { Link } from './link.js'

/** A verb may wait for a session, and a session for the world. */
const CALL_TIMEOUT_MS = 70_000

export const callThrough =
  (link: Pick<Link, 'post'>): HostServiceContext['supervisor']['call'] =>
  async (asked) => {
    try {
      const { status, body } = await link.post('/call', asked, CALL_TIMEOUT_MS)
      return { status, body: body as JsonObject }
    } catch (error) {
      const message = `The supervisor does not answer: ${messageOf(error)}`
      return { status: 503, body: { error: { code: 'SUPERVISOR_AWAY', message, hint: 'try again in a moment' } } }
    }
  }
