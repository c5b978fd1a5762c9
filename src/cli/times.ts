// Times for people: local, in one format everywhere; the zone's name is said once, above them. Scripts get ISO 8601 in UTC.

const two = (value: number) => String(value).padStart(2, '0')

/** `2026-11-21 09:30:05`; what is no time is left as it is. */
export function localTime(at: string | Date): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return String(at)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

/** `America/Sao_Paulo`. */
export const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

export const zoneLine = (): string => `Times are in ${zoneName()}.`

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
export const isTime = (value: unknown): value is string => typeof value === 'string' && ISO.test(value)
