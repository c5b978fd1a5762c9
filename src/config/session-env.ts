// What a session process is told at its start. Everything else comes with hello, over the socket.
import { messageOf } from '../core/errors.js'
import { parseRef, type RunId, type SessionRef } from '../core/ids.js'
import { SESSION_EXIT, SessionExit } from '../core/states.js'

export interface SessionEnv {
  home: string
  run: RunId
  session: SessionRef
  /** The supervisor's. */
  socket: string
  /** Where this session itself is to be found; a Unix socket's path that it makes. */
  address: string
  ticket: string
  /** `frota run`: an operator is watching, there is no PM2. */
  foreground: boolean
}

/** Takes the ticket out of `env`. FROTA_RUN stays: every descendant carries the marker. */
export function takeSessionEnv(env: Record<string, string | undefined> = process.env): SessionEnv {
  const missing: string[] = []
  const need = (name: string) => {
    const value = env[name] ?? ''
    if (value === '') missing.push(name)
    return value
  }
  const home = need('FROTA_HOME')
  const run = need('FROTA_RUN') as RunId
  const ref = need('FROTA_SESSION')
  const socket = need('FROTA_SOCKET')
  const address = need('FROTA_ADDRESS')
  const ticket = need('FROTA_TICKET')
  delete env.FROTA_TICKET
  if (missing.length > 0) {
    throw new SessionExit(SESSION_EXIT.badConfig, `${missing.join(', ')} not set: sessions are started by frota`)
  }
  return { home, run, session: parse(ref), socket, address, ticket, foreground: env.FROTA_FOREGROUND === '1' }
}

function parse(ref: string): SessionRef {
  try {
    return parseRef(ref)
  } catch (error) {
    throw new SessionExit(SESSION_EXIT.badConfig, `FROTA_SESSION: ${messageOf(error)}`)
  }
}
