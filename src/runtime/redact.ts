// Secrets never reach a log. What a library prints may hold one whole or in part, line by line, and in the form that it
// had in JSON, in a URL or in a header.
//
// Two ways of looking. A long form is found by any 16 of its characters in a row, so that a piece of it is found too: a
// line of a PEM key, what a library cut, what an escape sequence divides. A form shorter than that is found as a whole.

import { isJsonObject } from '../core/json.js'

/** Below this a secret would blank out ordinary words. */
const SHORTEST = 6
/** The same for a line of a secret, and for a text inside a secret that is JSON: those hold ordinary words more often. */
const SHORTEST_PART = 8
const RUN = 16
const INSTEAD = '[secret]'

export type Redact = (text: string) => string
type Range = [from: number, to: number]

/** For a session whose secrets change: what it was once given is redacted until it ends. */
export function openRedactor(first: readonly string[]): { redact: Redact; hide(values: readonly string[]): void } {
  const known = new Set(first)
  let redact = redactorFor([...known])
  return {
    redact: (text) => redact(text),
    hide(values) {
      const before = known.size
      for (const value of values) known.add(value)
      if (known.size > before) redact = redactorFor([...known])
    },
  }
}

export function redactorFor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.flatMap(partsOf).flatMap(formsOf))
  const all = [...forms].filter((form) => form.length >= SHORTEST)
  const findWhole = wholeFinder(all.filter((form) => form.length < RUN))
  const findRuns = runFinder(all.filter((form) => form.length >= RUN))
  return (text) => {
    const ranges = findRuns(text)
    findWhole(text, ranges)
    return ranges.length === 0 ? text : without(text, ranges)
  }
}

/** As JSON.stringify, with keys and values redacted. What is redacted after it was written would no longer be JSON. */
export function redactedJson(value: unknown, redact: Redact): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'string') return redact(inner)
    if (typeof inner === 'number') return redact(String(inner)) === String(inner) ? inner : INSTEAD
    if (!isJsonObject(inner) || Object.keys(inner).every((key) => redact(key) === key)) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, its]) => [redact(key), its]))
  })
}

/** A secret, its lines, and the texts inside one that is JSON (a service account has its private key there). */
function partsOf(secret: string): string[] {
  if (secret.length < SHORTEST) return []
  const inner = textsIn(secret)
  // A longer line is found as a piece of the whole.
  const lines = [secret, ...inner].flatMap((text) => text.split(/[\r\n]+/).map((line) => line.trim()))
  const parts = [...inner, ...lines.filter((line) => line.length < RUN)]
  return [secret, ...parts.filter((text) => text.length >= SHORTEST_PART)]
}

function textsIn(secret: string): string[] {
  if (!/^\s*[{[]/.test(secret)) return []
  try {
    const found: string[] = []
    JSON.parse(secret, (_key, value: unknown) => void (typeof value === 'string' && found.push(value)))
    return found
  } catch {
    return [] // it only begins like JSON
  }
}

function formsOf(text: string): string[] {
  const json = inJson(text)
  const uri = encodeURIComponent(text.toWellFormed())
  const lowerUri = uri.replace(/%../g, (code) => code.toLowerCase())
  const form = new URLSearchParams([['', text]]).toString().slice(1)
  const bytes = Buffer.from(text)
  const hex = bytes.toString('hex')
  const base64 = base64Cores(bytes)
  return [
    text,
    ...[json, inJson(json), inAsciiJson(text), json.replaceAll('/', '\\/')],
    ...[uri, lowerUri, form, form.replaceAll('+', '%20'), encodeURIComponent(json.toWellFormed())],
    ...[...base64, ...base64.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'))],
    ...[hex, hex.toUpperCase()],
  ]
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1)
const inAsciiJson = (text: string) =>
  inJson(text).replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Inside a longer text (`user:secret`) a secret may begin at any of three places of base64's groups. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // The characters at both ends also hold bits of what stands around it.
    const end = (before + bytes.length) % 3 === 0 ? text.length : text.length - 1
    return text.slice(before === 0 ? 0 : before + 1, end)
  })
}

function wholeFinder(forms: string[]): (text: string, ranges: Range[]) => void {
  if (forms.length === 0) return () => undefined
  // Longest first: one secret may be the beginning of another.
  const longestFirst = forms.sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map((form) => form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|'), 'g')
  return (text, ranges) => {
    pattern.lastIndex = 0
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      ranges.push([found.index, found.index + found[0].length])
    }
  }
}

/** Of every form each ninth piece of 8 characters is known: any 16 in a row hold one of these whole. */
const PIECE = 8
const EVERY = RUN - PIECE + 1
const BASE = 0x01000193
const BASE_TO_PIECE = Array.from({ length: PIECE - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1)

interface Place {
  form: string
  at: number
}

function runFinder(forms: string[]): (text: string) => Range[] {
  if (forms.length === 0) return () => []
  const { places, mayBe } = indexOf(forms)
  return (text) => {
    const ranges: Range[] = []
    let hash = 0
    let from = 0
    for (let i = 0; i < text.length; i++) {
      const leaving = i >= PIECE ? text.charCodeAt(i - PIECE) : 0
      hash = (Math.imul(hash - Math.imul(leaving, BASE_TO_PIECE), BASE) + text.charCodeAt(i)) | 0
      if (i + 1 - PIECE < from || !mayBe(hash)) continue
      const range = longestRun(text, i + 1 - PIECE, from, places.get(hash) ?? [])
      if (!range) continue
      ranges.push(range)
      from = range[1]
    }
    return ranges
  }
}

function indexOf(forms: string[]) {
  const places = new Map<number, Place[]>()
  for (const form of forms) {
    for (let at = 0; at + PIECE <= form.length; at += EVERY) {
      let hash = 0
      for (let i = at; i < at + PIECE; i++) hash = (Math.imul(hash, BASE) + form.charCodeAt(i)) | 0
      const same = places.get(hash)
      if (!same) places.set(hash, [{ form, at }])
      else if (same.length < MOST_PLACES) same.push({ form, at })
    }
  }
  // Nearly every piece of a text is no piece of a secret: one bit says so, which is quicker than the map.
  const bits = Math.max(12, Math.ceil(Math.log2(places.size * 16)))
  const seen = new Uint8Array(2 ** bits / 8)
  const bitOf = (hash: number) => Math.imul(hash, 0x9e3779b1) >>> (32 - bits)
  for (const hash of places.keys()) {
    const bit = bitOf(hash)
    seen[bit >>> 3] = (seen[bit >>> 3] ?? 0) | (1 << (bit & 7))
  }
  const mayBe = (hash: number) => {
    const bit = bitOf(hash)
    return ((seen[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0
  }
  return { places, mayBe }
}
/** Of a secret that repeats itself, so that a line cannot cost more than its length. */
const MOST_PLACES = 32

/** @param from where the last range ended */
function longestRun(text: string, at: number, from: number, places: Place[]): Range | undefined {
  let best: Range | undefined
  let longest = RUN - 1
  for (const { form, at: inForm } of places) {
    const same = (offset: number) => text.charCodeAt(at + offset) === form.charCodeAt(inForm + offset) // NaN past an end
    let before = 0
    while (at - before > from && same(-before - 1)) before++
    let after = 0
    while (same(after)) after++
    if (before + after <= longest) continue
    longest = before + after
    best = [at - before, at + after]
  }
  return best
}

function without(text: string, ranges: Range[]): string {
  ranges.sort(([a], [b]) => a - b)
  let result = ''
  let end = 0
  for (const [from, to] of ranges) {
    // What touches or overlaps the one before is one secret to whoever reads.
    if (from > end || end === 0) result += text.slice(end, from) + INSTEAD
    end = Math.max(end, to)
  }
  return result + text.slice(end)
}
