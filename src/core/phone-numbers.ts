// Phone numbers as people write them. Whoever takes one checks it again; a number without its country is never guessed.

/**
 * `+55 11 99999-8888` or `0055…` → `+5511999998888`. A number without its country is not guessed: a code for another
 * country's number would never reach the phone. Null: not a whole number.
 */
export function fullPhone(text: string): string | null {
  const [, digits] = /^\s*(?:\+|00)([\d\s().-]+)$/.exec(text) ?? []
  const number = digits?.replace(/\D/g, '') ?? ''
  return /^[1-9]\d{7,14}$/.test(number) ? `+${number}` : null
}

/** A number as it is dialled at home: only its country is missing. */
export const lacksCountry = (text: string) =>
  !/^\s*(\+|00)/.test(text) && /^[\d\s().-]+$/.test(text) && /^\d{6,15}$/.test(text.replace(/\D/g, ''))

/** @param country `55`, `+55`, or the whole number again. Null: neither. */
export function withCountry(text: string, country: string): string | null {
  if (/^\s*\+?[1-9]\d{0,2}\s*$/.test(country)) return fullPhone(`+${country.replace(/\D/g, '')} ${text}`)
  return fullPhone(country)
}
