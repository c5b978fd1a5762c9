/** What a job was given is wrong, though its schema took it: a file that is no CSV, a column that is missing. */
export class BadInput extends Error {
  override readonly name = 'BadInput'
  readonly hint: string
  constructor(message: string, hint = '') {
    super(message)
    this.hint = hint
  }
}
