// Rows on their way to the store in batches. One that the database does not take is found and handed over, and all the
// others get through: one bad row must never hold up a batch. An outage is no refusal and is thrown as it is.

/** The store answered, and does not take a row or a value. Asked again, it would say the same. */
export class RowRefused extends Error {
  override readonly name = 'RowRefused'
  readonly driver: string
  constructor(driver: string, cause: unknown) {
    super(`The ${driver} store refused it: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.driver = driver
  }
}

/**
 * Commits in order. Each row is committed, or handed to `refused` with the reason, when this resolves.
 * @param throwIfTakesNone asked at the first refused row while no other has got through: a database that takes no row at
 * all would have every row put aside. What it rejects with is thrown, and nothing has been put aside.
 */
export async function commitAround<T>(
  rows: readonly T[],
  commit: (rows: T[]) => Promise<void>,
  refused: (row: T, why: RowRefused) => void,
  throwIfTakesNone: (row: T, why: RowRefused) => Promise<void> = async () => undefined,
): Promise<void> {
  let takesSome = false
  await commitSome(rows)

  async function commitSome(some: readonly T[]): Promise<void> {
    const [first] = some
    if (first === undefined) return
    try {
      await commit([...some])
      takesSome = true
      return
    } catch (thrown) {
      if (!(thrown instanceof RowRefused)) throw thrown
      if (some.length === 1) {
        if (!takesSome) await throwIfTakesNone(first, thrown)
        takesSome = true
        return refused(first, thrown)
      }
    }
    const half = Math.ceil(some.length / 2)
    await commitSome(some.slice(0, half))
    await commitSome(some.slice(half))
  }
}

/** What travels from a journal to the store: what happened, how things stand, and who is to be forgotten. */
export interface Batch<E, K, F> {
  events: E[]
  keeps: K[]
  forgets: F[]
}

export const emptyBatch = <E, K, F>(): Batch<E, K, F> => ({ events: [], keeps: [], forgets: [] })

/**
 * As `commitAround`, for a whole batch: in one piece, if the database takes it so. Else its three lists go one after
 * another, which they may: what was kept, and who is forgotten, counts by its place.
 * @param commit `isAll`: with this piece all of the batch is committed or refused, and can be acknowledged
 */
export async function commitBatchAround<E, K, F>(
  batch: Batch<E, K, F>,
  commit: (piece: Batch<E, K, F>, isAll: boolean) => Promise<void>,
  refused: (row: E | K | F, why: RowRefused) => void,
  throwIfTakesNone?: (row: E | K | F, why: RowRefused) => Promise<void>,
): Promise<void> {
  try {
    return await commit(batch, true)
  } catch (thrown) {
    if (!(thrown instanceof RowRefused)) throw thrown
  }
  const piece = (some: Partial<Batch<E, K, F>>) => commit({ ...emptyBatch<E, K, F>(), ...some }, false)
  await commitAround(batch.events, (events) => piece({ events }), refused, throwIfTakesNone)
  await commitAround(batch.keeps, (keeps) => piece({ keeps }), refused, throwIfTakesNone)
  await commitAround(batch.forgets, (forgets) => piece({ forgets }), refused, throwIfTakesNone)
  await commit(emptyBatch(), true)
}

/** A row that cannot even be written down is refused like one that the database refuses. */
export function rowsOf<T, R>(driver: string, items: readonly T[], toRow: (item: T) => R): R[] {
  try {
    return items.map(toRow)
  } catch (thrown) {
    throw new RowRefused(driver, thrown)
  }
}
