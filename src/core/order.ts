// The order in which people look for names: loja-2 before loja-10.

const collator = new Intl.Collator('en', { numeric: true })

export function naturally(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
}

/** Sessions as people read them: a customer's together, each in its natural place. */
export const bySession = (a: { tenant: string; name: string }, b: { tenant: string; name: string }): number =>
  naturally(a.tenant, b.tenant) || naturally(a.name, b.name)
