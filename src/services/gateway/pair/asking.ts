// What the page wants to know, asked of the supervisor by the credential that the browser has shown.
import type { JsonObject } from '../../../core/json.js'
import { type PairAbout, type PairLook, VISIT_PREFIX } from '../../../core/one-time-links.js'
import type { CallAnswer } from '../../../core/protocol.js'
import type { HostServiceContext } from '../../../kinds/service.js'
import type { PageEvent, PageLook } from './page-events.js'

export type Call = HostServiceContext['supervisor']['call']

/** `unknown`: nobody has this credential, or not any more. `away`: there is no answer now. */
export type Said =
  | { is: 'said'; result: JsonObject }
  | { is: 'unknown' }
  | { is: 'refused'; code: string }
  | { is: 'away' }

export async function ask(call: Call, credential: string, verb: string, input: JsonObject = {}): Promise<Said> {
  return said(await call({ credential, verb, input }))
}

function said({ status, body }: CallAnswer): Said {
  if (status === 200) return { is: 'said', result: (body.result ?? {}) as JsonObject }
  if (status === 401) return { is: 'unknown' }
  if (status >= 500 || status === 409) return { is: 'away' }
  return { is: 'refused', code: String((body.error as JsonObject | undefined)?.code ?? '') }
}

export async function aboutOf(call: Call, visit: string): Promise<PageEvent | 'unknown' | 'away'> {
  const answer = await ask(call, VISIT_PREFIX + visit, 'pair.about')
  if (answer.is === 'said') return { about: answer.result as unknown as PairAbout }
  return answer.is === 'unknown' ? 'unknown' : 'away'
}

export async function lookOf(call: Call, visit: string): Promise<PageLook> {
  const answer = await ask(call, VISIT_PREFIX + visit, 'pair.look')
  if (answer.is === 'unknown') return { is: 'ended' }
  if (answer.is !== 'said') return { is: 'away' }
  const look = answer.result as unknown as PairLook
  return look.is === 'qr' ? { is: 'qr', image: await pictureOf(look.code) } : look
}

/** Four light modules around it are the rule. The library is loaded by the first code: most gateways never show one. */
async function pictureOf(code: string): Promise<string> {
  const { toString: draw } = await import('qrcode')
  const svg = await draw(code, { type: 'svg', errorCorrectionLevel: 'L', margin: 4 })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}
