// What a session has to say to its tenant: an event that is also sent to the tenant's channels, as its plan allows.
import { isJsonObject } from './json.js'

/** The type of the event. */
export const NOTICE = 'notice'

export const LEVELS = ['info', 'warning', 'critical'] as const
export type Level = (typeof LEVELS)[number]

export interface Notice {
  /** What it is about: of one session the same key is told once, for as long as the history reaches back. */
  key: string
  level: Level
  /** More than 200 characters are cut. */
  title: string
  /** More than 3,000 characters are cut. */
  text: string
}

export const MAX_NOTICE_KEY_CHARS = 200
export const MAX_NOTICE_TITLE_CHARS = 200
export const MAX_NOTICE_TEXT_CHARS = 3_000

/**
 * What a channel may be limited to. `session`: what frota itself sees of a session (it failed, was unpaired, keeps
 * crashing), and that it is over. The others: what sessions say, by its level.
 */
export const TOPICS = ['session', ...LEVELS] as const
export type Topic = (typeof TOPICS)[number]

/** Why this is no notice; null when it is one. It begins with the name of the field. */
export function noticeProblem(notice: unknown): string | null {
  if (!isJsonObject(notice)) return 'not an object'
  const { key, level, title, text } = notice
  if (!isText(key, MAX_NOTICE_KEY_CHARS)) return `key: not a text of 1 to ${MAX_NOTICE_KEY_CHARS} characters`
  if (!LEVELS.some((known) => known === level)) return `level: not one of ${LEVELS.join(', ')}`
  if (!isText(title)) return 'title: not a text'
  return typeof text === 'string' ? null : 'text: not a text'
}

const isText = (value: unknown, most = Number.POSITIVE_INFINITY) =>
  typeof value === 'string' && value !== '' && value.length <= most

/** The same notice, no longer than it is told. */
export const shortened = ({ key, level, title, text }: Notice): Notice => ({
  key: cut(key, MAX_NOTICE_KEY_CHARS),
  level,
  title: cut(title, MAX_NOTICE_TITLE_CHARS),
  text: cut(text, MAX_NOTICE_TEXT_CHARS),
})

const cut = (text: string, most: number) =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(HALF_A_PAIR, '')}…`
const HALF_A_PAIR = /[\ud800-\udbff]$/
