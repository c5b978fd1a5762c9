// What a process of ours, a session or a host service, is told at its start. Everything else comes with hello, over the
// socket.
import { messageOf } from '../core/errors.js'
import { parseRef, type RunId } from '../core/ids.js'
import { SESSION_EXIT, SessionExit } from '../core/states.js'

export interface RunEnv {
  home: string
  run: RunId
  /** `acme/vendas`, `_host/gateway` */
  name: string
  /** The supervisor's. */
  socket: string
  /** Where this process itself is to be found; a Unix socket's path that it makes. */
  address: string
  ticket: string
  /** `frota run`: an operator is watching, there is no PM2. */
  foreground: boolean
}

/** Takes the ticket out of `env`. FROTA_RUN stays: every descendant carries the marker. */
export function takeRunEnv(env: Record<string, string | undefined> = process.env): RunEnv {
  const missing: string[] = []
  const need = (name: string) => {
    const value = env[name] ?? ''
    if (value === '') missing.push(name)
    return value
  }
  const home = need('FROTA_HOME')
  const run = need('FROTA_RUN') as RunId
  const name = need('FROTA_SESSION')
  const socket = need('FROTA_SOCKET')
  const address = need('FROTA_ADDRESS')
  const ticket = need('FROTA_TICKET')
  delete env.FROTA_TICKET
  if (missing.length > 0) {
    throw new SessionExit(SESSION_EXIT.badConfig, `${missing.join(', ')} not set: sessions are started by frota`)
  }
  return { home, run, name, socket, address, ticket, foreground: env.FROTA_FOREGROUND === '1' }
}

/** Of a session: its name must be one. */
export function takeSessionEnv(env?: Record<string, string | undefined>): RunEnv {
  const taken = takeRunEnv(env)
  try {
    parseRef(taken.name)
  } catch (error) {
    throw new SessionExit(SESSION_EXIT.badConfig, `FROTA_SESSION: ${messageOf(error)}`)
  }
  return taken
}
