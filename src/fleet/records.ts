// How things stand with a session: what it keeps, read from the store, also while it is stopped.
import { usage } from '../core/errors.js'
import { parseRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { recordNameProblem } from '../core/records.js'
import { type FleetParts, needSession } from './parts.js'

export interface RecordView {
  collection: string
  key: string
  data: JsonObject
  updatedAt: string
}

/** A record has at most 64 KB: an answer stays of a size that a socket takes. */
const AT_ONCE = 200

/** By collection and key; `cursor` goes on where the last answer ended, and is null when that was all. */
export async function listRecords(
  parts: FleetParts,
  { ref, collection, cursor }: { ref: string; collection?: string | undefined; cursor?: string | undefined },
): Promise<{ records: RecordView[]; cursor: string | null }> {
  if (collection !== undefined && recordNameProblem(collection, 'key') !== null)
    throw usage('BAD_COLLECTION', `"${collection}" cannot be a collection.`, 'frota records TENANT/NAME shows all')
  const after = cursor === undefined ? undefined : placeOf(cursor)
  const { store, session } = await needSession(parts, parseRef(ref))
  const found = await store.records({
    session: session.id,
    limit: AT_ONCE,
    ...(collection !== undefined && { collection }),
    ...(after && { after }),
  })
  const records = found.flatMap(({ collection, key, data, updatedAt }) =>
    data === null ? [] : [{ collection, key, data, updatedAt: updatedAt.toISOString() }],
  )
  const last = found.at(-1)
  return { records, cursor: last && found.length === AT_ONCE ? cursorAt(last) : null }
}

const cursorAt = ({ collection, key }: { collection: string; key: string }) =>
  Buffer.from(JSON.stringify([collection, key])).toString('base64url')

function placeOf(cursor: string): { collection: string; key: string } {
  try {
    const [collection, key]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (recordNameProblem(collection, key) === null) return { collection: String(collection), key: String(key) }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError) && !(thrown instanceof TypeError)) throw thrown
  }
  throw usage('BAD_CURSOR', 'That is no cursor.')
}
