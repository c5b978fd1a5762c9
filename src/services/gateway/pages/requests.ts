// What a page's own script sends back.
import type { IncomingMessage } from 'node:http'
import { isJsonObject, type JsonObject } from '../../../core/json.js'
import { readBody } from '../../../node/bodies.js'

const MAX_BODY_BYTES = 4 * 1024

/**
 * Whether it was sent by a page of ours: another's cannot act in its visitor's name.
 * @param publicUrl what the world calls us; a proxy may say another `Host`
 */
export function isFromOurPage({ headers }: IncomingMessage, publicUrl: string | null): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin, host } = headers
  // Older browsers say this much with every POST, and nothing can be a page of ours without it.
  if (origin === undefined || !URL.canParse(origin)) return false
  return origin === publicUrl || new URL(origin).host === host
}

/** Null when it is no JSON object, or too long. */
export async function readSmallJson(request: IncomingMessage): Promise<JsonObject | null> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return null
  const body = await readBody(request, MAX_BODY_BYTES).catch(() => undefined) // it broke off: nobody waits for an answer
  try {
    const value: unknown = JSON.parse(body?.toString() ?? '')
    return isJsonObject(value) ? value : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

/** By name, as the browser sent them; of a name that comes twice the first. */
export function cookiesIn({ headers }: IncomingMessage): Map<string, string> {
  const pairs = (headers.cookie ?? '').split(';').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]]
  })
  return new Map(pairs.reverse())
}
