// What an error is, by the code that Node or SQLite gave it. Never by its words, which change with versions.

/** `ENOENT` and the like; undefined for whatever has no such code. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
}

export const hasCode = (error: unknown, ...codes: readonly string[]): boolean => {
  const code = codeOf(error)
  return code !== undefined && codes.includes(code)
}

/** SQLite's primary result code, 0 for what is no error of SQLite's. @see https://sqlite.org/rescode.html */
export const sqliteCodeOf = (error: unknown): number => extendedSqliteCodeOf(error) & 0xff

/** With the detail that SQLite adds in the higher bytes. */
export function extendedSqliteCodeOf(error: unknown): number {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code : 0
}

export const SQLITE = {
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  mismatch: 20,
  notADatabase: 26,
}
