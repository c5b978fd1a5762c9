// The socket's door to the control API. Small and quick to load: every CLI call goes through here.
import type { OperatorDoor } from '../core/actors.js'
import { EXIT, type ExitCode, UserError, untrusted } from '../core/errors.js'
import { readBody } from '../node/bodies.js'
import { hasCode } from '../node/codes.js'
import { distrustOfSocket } from '../node/trust.js'
import type { FleetClient } from './verbs.js'

// The ESM face of node:http loads undici (14 MB, tens of milliseconds); this does not.
const http = process.getBuiltinModule('node:http')

/** Through which door the operator asks; the audit says it. */
export const DOOR_HEADER = 'frota-door'

/** No verb: any answer at all says that somebody is there. */
const HELLO = 'HEAD'
const HELLO_WITHIN_MS = 10_000

/**
 * Undefined when no supervisor answers at this socket.
 * @throws when another user could be the one who answers: a verb may carry a secret
 */
export async function connectToSupervisor(
  socket: string,
  door: OperatorDoor = 'cli',
): Promise<FleetClient | undefined> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  try {
    await ask({ agent, socketPath: socket, door }, HELLO, '')
  } catch (thrown) {
    agent.destroy()
    if (isNobodyThere(thrown)) return undefined
    throw thrown
  }
  return {
    isLive: true,
    call: async (verb, ...input) => {
      const { text } = await ask({ agent, socketPath: socket, door }, verb, JSON.stringify(input[0] ?? {}))
      const { result, error } = JSON.parse(text)
      if (error) throw new UserError(error.code, error.message, error.hint, error.exit as ExitCode)
      return result
    },
    close: async () => agent.destroy(),
  }
}

interface Way {
  agent: import('node:http').Agent
  socketPath: string
  door: OperatorDoor
}

function ask({ agent, socketPath, door }: Way, verb: string, body: string): Promise<{ text: string }> {
  return new Promise((resolve, reject) => {
    const found = distrustOfSocket(socketPath)
    if (found) throw untrusted(found)
    const cutShort = (thrown: Error) => reject(gone(thrown))
    const headers = { [DOOR_HEADER]: door }
    const request = http.request({ agent, socketPath, path: `/${verb}`, method: 'POST', headers }, (response) => {
      readBody(response, Number.POSITIVE_INFINITY).then((body) => resolve({ text: String(body ?? '') }), cutShort)
    })
    request.on('error', (thrown) => reject(verb === HELLO && isNobodyThere(thrown) ? thrown : gone(thrown)))
    if (verb === HELLO) request.setTimeout(HELLO_WITHIN_MS, () => reject(hangs()))
    request.end(body)
  })
}

const hangs = () =>
  new UserError('SUPERVISOR_HANGS', 'The supervisor does not answer.', 'a hung one is replaced within 30 s: try again')

const gone = (thrown: Error) =>
  new UserError('SUPERVISOR_GONE', `The supervisor went away: ${thrown.message}.`, 'try again', EXIT.failure)

const isNobodyThere = (thrown: unknown) => hasCode(thrown, 'ENOENT', 'ECONNREFUSED')
