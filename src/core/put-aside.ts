// Rows on their way to the store in batches. One that the database does not take is found and handed over, and all the
// others get through: one bad row must never hold up a batch. An outage is no refusal and is thrown as it is.

/** The store answered, and does not take a row or a value. Asked again, it would say the same. */
export class RowRefused extends Error {
  override readonly name = 'RowRefused'
  constructor(driver: string, cause: unknown) {
    super(`The ${driver} store refused it: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Commits in order. Each row is committed, or handed to `refused` with the reason, when this resolves. */
export async function commitAround<T>(
  rows: readonly T[],
  commit: (rows: T[]) => Promise<void>,
  refused: (row: T, why: RowRefused) => void,
): Promise<void> {
  if (rows.length === 0) return
  try {
    return await commit([...rows])
  } catch (thrown) {
    if (!(thrown instanceof RowRefused)) throw thrown
    const [first] = rows
    if (rows.length === 1 && first !== undefined) return refused(first, thrown)
  }
  const half = Math.ceil(rows.length / 2)
  await commitAround(rows.slice(0, half), commit, refused)
  await commitAround(rows.slice(half), commit, refused)
}

/** What travels from a journal to the store: what happened, how things stand, and who is to be forgotten. */
export interface Batch<E, K, F> {
  events: E[]
  keeps: K[]
  forgets: F[]
}

export const emptyBatch = <E, K, F>(): Batch<E, K, F> => ({ events: [], keeps: [], forgets: [] })

/** As `commitAround`, for a whole batch. What was kept is counted by its place: the three may go one after another. */
export async function commitBatchAround<E, K, F>(
  { events, keeps, forgets }: Batch<E, K, F>,
  commit: (piece: Batch<E, K, F>) => Promise<void>,
  refused: (row: E | K | F, why: RowRefused) => void,
): Promise<void> {
  await commitAround(events, (some) => commit({ ...emptyBatch<E, K, F>(), events: some }), refused)
  await commitAround(keeps, (some) => commit({ ...emptyBatch<E, K, F>(), keeps: some }), refused)
  await commitAround(forgets, (some) => commit({ ...emptyBatch<E, K, F>(), forgets: some }), refused)
}

/** A row that cannot even be written down is refused like one that the database refuses. */
export function rowsOf<T, R>(driver: string, items: readonly T[], toRow: (item: T) => R): R[] {
  try {
    return items.map(toRow)
  } catch (thrown) {
    throw new RowRefused(driver, thrown)
  }
}
