/** A secret that will not print itself: not in a template, not in JSON, not in console.log, not in an error's fields. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString() {
    return '[secret]'
  }
  toJSON() {
    return '[secret]'
  }
  [Symbol.for('nodejs.util.inspect.custom')]() {
    return '[secret]'
  }
}
