// What hook a request line asks for. Nothing in it is decoded: what stands behind the hook's name is handed over as it came.

export interface HookTarget {
  opaque: string
  name: string
  /** The path and query behind the name, as `/a%2Fb?x=1`; '' when there is neither. */
  rest: string
}

const HOOK = /^\/hooks\/([A-Za-z0-9_-]{1,128})\/([a-z][a-z0-9-]{0,30})(|[/?].*)$/s

/** Null for everything else. @param url as the request line has it */
export function hookIn(url: string): HookTarget | null {
  const [, opaque, name, rest = ''] = HOOK.exec(url) ?? []
  return opaque !== undefined && name !== undefined ? { opaque, name, rest } : null
}

/** Whoever knows all of it may call the session: no more than this goes into a log. */
export const redacted = (opaque: string): string => `${opaque.slice(0, 6)}…`
