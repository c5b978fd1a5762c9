// In which order things stand. Names as people look for them: loja-2 before loja-10. No collator: loading one costs each
// command 6 ms.

const PIECES = /\d+|\D+/g
const isNumber = (piece: string) => /^\d/.test(piece)

export function naturally(a: string, b: string): number {
  const [left, right] = [a.match(PIECES) ?? [], b.match(PIECES) ?? []]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = comparePieces(left[i] ?? '', right[i] ?? '')
    if (order !== 0) return order
  }
  return left.length - right.length || plainly(a, b)
}

const comparePieces = (a: string, b: string) => (isNumber(a) && isNumber(b) ? Number(a) - Number(b) : plainly(a, b))

const plainly = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Sessions as people read them: a customer's together, each in its natural place. */
export const bySession = (a: { tenant: string; name: string }, b: { tenant: string; name: string }): number =>
  naturally(a.tenant, b.tenant) || naturally(a.name, b.name)

/** Oldest first: whose place it is when a limit leaves room for a few only. */
export const byAge = (a: { id: string; createdAt: Date }, b: { id: string; createdAt: Date }) =>
  a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1)
