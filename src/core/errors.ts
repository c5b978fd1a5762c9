// Two kinds of error: a UserError is for people (what failed, why, what to do); anything else is a bug and keeps its stack.

/** Exit codes of the `frota` command; scripts rely on them. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  partial: 5,
  timeout: 6,
  waitsForPerson: 8,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export class UserError extends Error {
  override readonly name = 'UserError'
  /** Machine-stable, SCREAMING_SNAKE. */
  readonly code: string
  /** What to do about it. */
  readonly hint: string
  readonly exit: ExitCode
  /** @param message one line: what failed and why */
  constructor(code: string, message: string, hint = '', exit: ExitCode = EXIT.failure) {
    super(message)
    this.code = code
    this.hint = hint
    this.exit = exit
  }
  toJSON() {
    return { code: this.code, message: this.message, hint: this.hint, exit: this.exit }
  }
}

export const usage = (code: string, message: string, hint = '') => new UserError(code, message, hint, EXIT.usage)
export const notFound = (code: string, message: string, hint = '') => new UserError(code, message, hint, EXIT.notFound)
export const notAllowed = (code: string, message: string, hint = '') =>
  new UserError(code, message, hint, EXIT.notAllowed)

/** Refuses what another user could have made or could change. @param found as `src/node/trust.ts` answers it */
export const untrusted = (found: { is: string; message: string; remedy: string }) =>
  notAllowed(found.is === 'foreign' ? 'HOME_NOT_YOURS' : 'HOME_UNSAFE', `${found.message}.`, found.remedy)

/**
 * The text of whatever was thrown, with what caused it: "fetch failed" alone helps nobody. Libraries throw strings,
 * arrays and plain objects too.
 */
export function messageOf(thrown: unknown): string {
  return [...new Set(messagesOf(thrown, MAX_CAUSES))].reduce(
    (text, next) => (text.includes(next) ? text : text === '' ? next : `${text}: ${next}`),
    '',
  )
}

/** A cause may be its own cause. */
const MAX_CAUSES = 5
/** Their messages are whole sentences for people, with what they need of the cause. */
const COMPLETE: ReadonlySet<unknown> = new Set(['UserError', 'StoreUnavailable'])

function messagesOf(thrown: unknown, left: number): string[] {
  if (Array.isArray(thrown)) return [thrown.map(messageOf).join('; ')]
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return [String(thrown)]
  if ('name' in thrown && COMPLETE.has(thrown.name)) return [String(thrown.message)]
  // Of a name with several addresses each was tried, usually with the same end.
  const tried = 'errors' in thrown && Array.isArray(thrown.errors) && left > 0 ? thrown.errors : []
  const ends = [...new Set(tried.map((error) => messagesOf(error, left - 1).join(': ')))].join('; ')
  const cause = 'cause' in thrown && left > 0 && saysWhy(thrown.cause) ? messagesOf(thrown.cause, left - 1) : []
  const own = ends !== '' && thrown.message === '' ? '' : inWords(thrown)
  return [own, ends, ...cause].filter((text) => text !== '')
}

/** An object without a message would only add "[object Object]". */
const saysWhy = (cause: unknown) =>
  cause != null && (typeof cause !== 'object' || Array.isArray(cause) || 'message' in cause)

const NETWORK: Record<string, string> = {
  ENOTFOUND: 'there is no such name in DNS',
  EAI_AGAIN: 'DNS did not answer',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this network',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'no answer in time',
  UND_ERR_SOCKET: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody we know',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody we know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody we know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody we know',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** `getaddrinfo ENOTFOUND api.example.com` → the same, and what it means. A code that stands nowhere in it is added. */
function inWords(error: object & { message?: unknown }): string {
  const said = String(error.message)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const meaning = Object.hasOwn(NETWORK, code) ? NETWORK[code] : undefined
  if (meaning === undefined) return said === '' ? code : said
  const where = placeOf(error)
  const withCode = said.includes(code) || code.startsWith('UND_ERR') ? said : `${said === '' ? '' : `${said} `}${code}`
  const withPlace = where === '' || withCode.includes(where) ? withCode : `${withCode} ${where}`
  return `${withPlace} (${meaning})`
}

function placeOf(error: object): string {
  const text = (key: string) => {
    const value: unknown = key in error ? error[key as keyof typeof error] : undefined
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const host = text('hostname') || text('host') || text('address')
  return host !== '' && text('port') !== '' ? `${host}:${text('port')}` : host
}
