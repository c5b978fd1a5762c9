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

/** The text of whatever was thrown: libraries throw strings, arrays and plain objects too. */
export function messageOf(thrown: unknown): string {
  if (Array.isArray(thrown)) return thrown.map(messageOf).join('; ')
  if (thrown instanceof Error) return thrown.message
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message)
  return String(thrown)
}
