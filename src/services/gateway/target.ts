// What a request line asks for. Nothing in it is decoded: what stands behind the hook's name is handed over as it came.

export type Target =
  | { is: 'health' }
  /** `rest`: the path and query behind the name, as `/a%2Fb?x=1`; '' when there is neither. */
  | { is: 'hook'; opaque: string; name: string; rest: string }

const HOOK = /^\/hooks\/([A-Za-z0-9_-]{1,128})\/([a-z][a-z0-9-]{0,30})(|[/?].*)$/s
const HEALTH = /^\/healthz(\?|$)/

/** Null for everything else. @param url as the request line has it */
export function targetOf(method: string, url: string): Target | null {
  const [, opaque, name, rest = ''] = HOOK.exec(url) ?? []
  if (opaque !== undefined && name !== undefined) return { is: 'hook', opaque, name, rest }
  return HEALTH.test(url) && (method === 'GET' || method === 'HEAD') ? { is: 'health' } : null
}

/** Whoever knows all of it may call the session: no more than this goes into a log. */
export const redacted = (opaque: string): string => `${opaque.slice(0, 6)}…`
