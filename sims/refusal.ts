// What real WhatsApp, or the control API, would refuse. Travels to whoever asked as a 4xx with the reason.

export class Refusal extends Error {
  readonly code: string
  readonly status: number
  readonly field: string | undefined

  constructor(code: string, message: string, more: { status?: number; field?: string } = {}) {
    super(message)
    this.code = code
    this.status = more.status ?? 400
    this.field = more.field
  }
}

/** A value the caller gave in the control API, and which field it came in. */
export const badField = (field: string, problem: string, status = 400) =>
  new Refusal('bad_input', `${field}: ${problem}`, { field, status })
