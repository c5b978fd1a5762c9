// What a backtest is to do, from all that may say it: a config file or a session's config, then --set, then the flags.
// What comes later goes before.
import { readFileSync } from 'node:fs'
import { BadInput } from '../../../core/bad-input.js'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import type { Sizing } from '../core/settings.js'
import type { BacktestJobInput } from './backtest-input.js'
import { texts as t } from './backtest-texts.js'

export interface Wish {
  /** What may have said it, for errors: `--set `. */
  where: string
  strategy?: string
  parameters: JsonObject
  risk: JsonObject
  fill: JsonObject
  instrument: JsonObject
  venue?: string
  symbol?: string
  timeframe?: string
  from?: string
  to?: string
}

const GROUPS = ['parameters', 'risk', 'fill', 'instrument'] as const
const WORDS = ['strategy', 'venue', 'symbol', 'timeframe', 'from', 'to'] as const

/** @throws BadInput, naming the flag or the file */
export function readWish(input: Omit<BacktestJobInput, 'equity' | 'trades' | 'html'>): Wish {
  if (input.config && input.session) throw new BadInput(t.twoConfigs)
  const wish = input.config
    ? wishIn(`--config: ${input.config.name}`, jsonIn(input.config))
    : wishIn(`session ${input.session?.ref}`, input.session?.config ?? {})
  if (input.config) wish.where = `--config or --set: `
  if (input.session) wish.where = `session ${input.session.ref} or --set: `
  for (const setting of input.set) set(wish, setting)
  for (const word of WORDS) if (input[word] !== undefined) wish[word] = input[word]
  for (const flag of ['fee', 'maker'] as const)
    if (input[flag] !== undefined) wish.fill[flag] = rateOf(`--${flag}`, input[flag], LEAST_FEE)
  for (const flag of ['slippage', 'spread'] as const)
    if (input[flag] !== undefined) wish.fill[flag] = rateOf(`--${flag}`, input[flag], 0)
  for (const flag of ['fill', 'cash', 'wholeUnits', 'closeAtEnd', 'allowShort'] as const)
    if (input[flag] !== undefined) wish.fill[flag] = input[flag]
  if (input.size !== undefined) takeSize(wish, input.size)
  return withUsual(wish)
}

function jsonIn({ name, path }: { name: string; path: string }): JsonObject {
  const bad = (why: string) => new BadInput(`--config: ${name}: ${why}`, 'a file with a JSON object')
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''))
  } catch (thrown) {
    throw bad(thrown instanceof SyntaxError ? `it is not JSON (${thrown.message})` : String(thrown))
  }
  if (!isJsonObject(value)) throw bad('it is not a JSON object')
  return value
}

function wishIn(where: string, given: JsonObject): Wish {
  const wish: Wish = { where: '--set ', parameters: {}, risk: {}, fill: {}, instrument: {} }
  for (const [key, value] of Object.entries(given)) {
    if (isOneOf(GROUPS, key)) {
      if (!isJsonObject(value)) throw new BadInput(t.badConfig(where, `"${key}" must be an object`))
      wish[key] = { ...value }
    } else if (isOneOf(WORDS, key)) {
      if (typeof value !== 'string') throw new BadInput(t.badConfig(where, `"${key}" must be a text`))
      wish[key] = value
    } else throw new BadInput(t.badConfig(where, t.unknownKey(key, [...WORDS, ...GROUPS])))
  }
  return wish
}

/** `fast=10` is the strategy's, `risk.maxPositions=1` and `risk.stopGuard.stops=3` are not. */
function set(wish: Wish, setting: string) {
  const at = setting.indexOf('=')
  if (at < 1) throw new BadInput(t.badSetting(setting))
  const key = setting.slice(0, at)
  const [group = '', ...rest] = key.split('.')
  const value = jsonOr(setting.slice(at + 1))
  if (rest.length === 0) wish.parameters[key] = value
  else if (isOneOf(GROUPS, group)) put(wish[group], rest, value, key)
  else
    throw new BadInput(
      t.badGroup(
        key,
        GROUPS.map((one) => `${one}.`),
      ),
    )
}

/** Below a prototype's name nothing is ever put. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

function put(into: JsonObject, [key = '', ...rest]: string[], value: Json, whole: string) {
  if (key === '' || FORBIDDEN.has(key)) throw new BadInput(t.badSetting(whole))
  if (rest.length === 0) {
    into[key] = value
    return
  }
  const inner = into[key]
  const next = isJsonObject(inner) ? { ...inner } : {}
  into[key] = next
  put(next, rest, value, whole)
}

/** A number, true, false, null or JSON where it is one; else the text itself. */
function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text // its schema says whether a text will do
  }
}

/** Some venues pay those who wait in the book. */
const LEAST_FEE = -0.1
const MOST_RATE = 0.5

function rateOf(flag: string, text: string, least: number): number {
  const isPercent = text.endsWith('%')
  const bare = isPercent ? text.slice(0, -1).trim() : text.trim()
  // By moving the point in the text: 0.07 / 100 is not the number nearest to 0.0007.
  const rate = bare === '' ? Number.NaN : Number(isPercent ? `${Number(bare)}e-2` : bare)
  if (!(rate >= least && rate <= MOST_RATE)) throw new BadInput(t.badRate(flag, text, least, MOST_RATE), t.rateHint)
  return rate
}

function takeSize(wish: Wish, text: string) {
  const [, type = '', given] = /^([a-z-]+)(?:[:=](.+))?$/.exec(text) ?? []
  const bare = Number(text)
  const amount = given === undefined ? Number.NaN : Number(given)
  const sizing = (): Sizing | undefined => {
    if (text.trim() !== '' && bare > 0)
      return bare < 1 ? { type: 'fraction', fraction: bare } : { type: 'fixed', size: bare }
    if (type === 'all-in' && given === undefined) return { type }
    if (type === 'risk' && (given === undefined || amount > 0)) return { type }
    if (type === 'fraction' && amount > 0 && amount <= 1) return { type, fraction: amount }
    if (type === 'fixed' && amount > 0 && Number.isFinite(amount)) return { type, size: amount }
    return undefined
  }
  const found = sizing()
  if (!found) throw new BadInput(t.badSize(text))
  wish.fill.size = { ...found }
  if (type === 'risk' && given !== undefined) wish.risk.targetLossUsd = amount
}

/** A backtest is a question about a strategy: unless said otherwise it may use all its money, and only sells what it has. */
const withUsual = (wish: Wish): Wish => ({
  ...wish,
  fill: { size: { type: 'all-in' }, allowShort: false, ...wish.fill },
})

const isOneOf = <Word extends string>(words: readonly Word[], word: string): word is Word =>
  (words as readonly string[]).includes(word)
