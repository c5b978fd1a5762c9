// Finished trials on the disk, a line of JSON for each: what a search that was ended goes on from. A line is written whole or
// is torn by a kill; a torn one is the last, and is done again. The first line says of which search they are.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { BadInput } from '../../../../core/bad-input.js'
import { messageOf } from '../../../../core/errors.js'
import type { Statistics } from '../../stats/statistics.js'
import type { TrialOutcome } from './trial.js'

const VERSION = 1
const BUFFER_BYTES = 1024 * 1024

export interface TrialsFile {
  /** By the trial's key, of an earlier run of the same search. */
  known: ReadonlyMap<string, TrialOutcome>
  add(key: string, outcome: TrialOutcome): void
  close(): void
}

/** The same for the same search: its settings, its candles. */
export function fingerprintOf(settings: object, buffers: Iterable<Uint8Array>): string {
  const hash = createHash('sha256').update(JSON.stringify(settings))
  for (const bytes of buffers) hash.update(bytes)
  return hash.digest('hex')
}

/** @throws BadInput that names the flag: a file of another search, one that cannot be written */
export function openTrialsFile(path: string, fingerprint: string): TrialsFile {
  const bad = (why: string, hint = '') => new BadInput(`--resume: ${path}: ${why}`, hint)
  const isNew = !existsSync(path)
  let file: number
  try {
    file = openSync(path, isNew ? 'wx+' : 'r+', 0o600)
  } catch (thrown) {
    throw bad(messageOf(thrown))
  }
  try {
    const { lines, wholeBytes } = linesIn(file)
    const known = readTrials(lines, fingerprint, bad)
    ftruncateSync(file, wholeBytes)
    let at = wholeBytes
    const write = (value: object) => {
      const line = Buffer.from(`${JSON.stringify(value)}\n`)
      for (let done = 0; done < line.length; ) done += writeSync(file, line, done, line.length - done, at + done)
      at += line.length
    }
    if (wholeBytes === 0) write({ frota: 'optimise', version: VERSION, fingerprint })
    return { known, add: (key, outcome) => write(lineOf(key, outcome)), close: () => closeSync(file) }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

interface Line {
  text: string
  number: number
}

function linesIn(file: number): { lines: Line[]; wholeBytes: number } {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  const lines: Line[] = []
  let [rest, at, wholeBytes] = [Buffer.alloc(0), 0, 0]
  for (;;) {
    const count = readSync(file, buffer, 0, buffer.length, at)
    if (count === 0) return { lines, wholeBytes }
    at += count
    rest = Buffer.concat([rest, buffer.subarray(0, count)])
    let from = 0
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, from)) {
      lines.push({ text: rest.toString('utf8', from, end), number: lines.length + 1 })
      wholeBytes += end + 1 - from
      from = end + 1
    }
    rest = rest.subarray(from)
  }
}

function readTrials(lines: Line[], fingerprint: string, bad: (why: string, hint?: string) => BadInput) {
  const known = new Map<string, TrialOutcome>()
  for (const { text, number } of lines) {
    const value = parsed(text)
    if (number === 1) {
      if (value?.frota !== 'optimise') throw bad('it is not a file of trials', 'another name: a new file is made')
      if (value.version !== VERSION) throw bad('it was written by another version of frota', 'another name')
      if (value.fingerprint !== fingerprint)
        throw bad('its trials are of another search', 'the same flags and candles as then, or another name')
      continue
    }
    const trial = value && trialOf(value)
    if (!trial) throw bad(`line ${number} is no trial`)
    known.set(...trial)
  }
  return known
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    return null // told by its line
  }
}

function lineOf(key: string, outcome: TrialOutcome): object {
  return 'refused' in outcome ? { key, refused: outcome.refused } : { key, ...outcome }
}

function trialOf({ key, refused, statistics, moments }: Record<string, unknown>): [string, TrialOutcome] | null {
  if (typeof key !== 'string') return null
  if (typeof refused === 'string') return [key, { refused }]
  if (typeof statistics !== 'object' || statistics === null || typeof moments !== 'object' || moments === null)
    return null
  return [key, { statistics: statistics as Statistics, moments: moments as never }]
}
