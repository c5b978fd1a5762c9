// Sizes as people write them. A number alone is refused everywhere: nobody can tell whether it means bytes or megabytes.

const UNITS: readonly string[] = ['B', 'KB', 'MB', 'GB', 'TB']
const STEP = 1024

export const SIZE_RULE = 'a size with its unit, like 768MB or 1.5GB'

/** `768MB`, `1.5 gb` → bytes; null for anything else. */
export function parseSize(text: string): number | null {
  const [, number, unit] = /^(\d{1,15}(?:\.\d{1,3})?)\s*([KMGT]?B)$/.exec(text.trim().toUpperCase()) ?? []
  if (number === undefined) return null
  const bytes = Math.round(Number(number) * STEP ** UNITS.indexOf(unit ?? ''))
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** The shortest text that `parseSize` reads back as exactly this: `768MB`, `1GB`, `1536MB`. */
export function sizeText(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= STEP && size % STEP === 0 && unit < UNITS.length - 1) {
    size /= STEP
    unit += 1
  }
  return `${size}${UNITS[unit]}`
}
