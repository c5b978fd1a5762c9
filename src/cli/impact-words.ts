// What would go offline, in words; the menu asks in the same.
import type { Impact } from '../fleet/impact.js'

const NAMED_AT_MOST = 5

/** Null: nothing that needs to be asked about. */
export function impactWords({ stops, reason, pastEnd }: Impact): string | null {
  const past = pastEnd === null ? [] : [`The plan’s end, ${pastEnd.slice(0, 10)} (UTC), is past.`]
  const stopped = stops.length === 0 ? [] : [`${countWords(stops.length)} will stop (${reason}): ${namesOf(stops)}.`]
  return past.length + stopped.length === 0 ? null : [...past, ...stopped].join(' ')
}

const countWords = (count: number) => (count === 1 ? '1 session' : `${count} sessions`)

function namesOf(names: string[]): string {
  const more = names.length - NAMED_AT_MOST
  return `${names.slice(0, NAMED_AT_MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
