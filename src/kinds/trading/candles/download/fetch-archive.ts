// One archive with its published hash. What does not fit its hash is fetched once more, and then not used.
import type { Log } from '../../../../core/log.js'
import type { Row } from '../cache/columns.js'
import { type Archive, hashIn, readArchive, sha256 } from '../venues/archive.js'
import { BadAnswer } from '../venues/reading.js'
import { type Clock, reasonOf } from './ask.js'

const TIMEOUT_MS = 120_000
const TRIES = 4
const FIRST_RETRY_MS = 500
const MOST_BYTES = 64 * 1024 * 1024

export interface ArchiveAsking {
  /** `https://data.binance.vision`, or a stand-in's. */
  url: string
  clock: Clock
  signal: AbortSignal
  log: Log
  random(): number
}

/** Null: there is none, or none that can be used; why is told. */
export async function fetchArchive(asking: ArchiveAsking, { path }: Archive): Promise<Row[] | null> {
  const { url, log } = asking
  const name = path.slice(path.lastIndexOf('/') + 1)
  for (let isSecond = false; ; isSecond = true) {
    const zip = await fetched(asking, `${url}${path}`)
    const published = zip && (await fetched(asking, `${url}${path}.CHECKSUM`))
    if (!zip || !published) return null
    const problem = problemOf(zip, published)
    if (problem === null) return rowsIn(zip, name, log)
    log.warn(
      `${name}: ${problem}; ${isSecond ? 'its candles are asked for one page at a time instead' : 'fetched again'}`,
    )
    if (isSecond) return null
  }
}

function problemOf(zip: Buffer, published: Buffer): string | null {
  const hash = hashIn(published.toString('latin1'))
  if (hash === null) return 'its .CHECKSUM holds no SHA-256'
  return hash === sha256(zip) ? null : 'its SHA-256 is not the published one'
}

function rowsIn(zip: Buffer, name: string, log: Log): Row[] | null {
  try {
    return readArchive(zip)
  } catch (error) {
    if (!(error instanceof BadAnswer)) throw error
    log.warn(`${name}: ${error.message}; its candles are asked for one page at a time instead`)
    return null
  }
}

/** Null: there is no such file, or it does not come; the second is told. */
async function fetched({ clock, signal, log, random }: ArchiveAsking, url: string): Promise<Buffer | null> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(url, signal)
    if (typeof outcome !== 'string') return outcome
    if (attempt === TRIES) {
      log.warn(`${url}: ${outcome}; done without it`)
      return null
    }
    await clock.sleep(random() * FIRST_RETRY_MS * 2 ** attempt, signal)
  }
}

/** The file, null when there is none, or why it did not come. */
async function once(url: string, signal: AbortSignal): Promise<Buffer | null | string> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  const either = AbortSignal.any([signal, late])
  try {
    const response = await fetch(url, { signal: either, redirect: 'error' })
    const bytes = Buffer.from(await response.arrayBuffer())
    if (response.status === 404) return null
    if (!response.ok) return `it answered ${response.status}`
    return bytes.length > MOST_BYTES ? `it has ${bytes.length} bytes` : bytes
  } catch (error) {
    signal.throwIfAborted()
    return late.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : reasonOf(error)
  }
}
