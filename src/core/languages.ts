// The languages that customers' pages are written in.

export const LANGUAGES = ['pt-BR', 'es', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
/** For whoever reads none of them. */
const OTHERWISE: Language = 'en'

/** `pt`, `pt-PT` → `pt-BR`; `es-419` → `es`. Undefined: none of ours. */
export function languageOf(tag: string): Language | undefined {
  const [primary] = tag.trim().toLowerCase().split('-')
  return LANGUAGES.find((known) => known.toLowerCase().split('-')[0] === primary)
}

/**
 * The one that a browser likes best of ours.
 * @param header `Accept-Language`, as `pt-BR,pt;q=0.9,en;q=0.8`; anything may stand in it
 * @see RFC 9110 §12.5.4
 */
export function languageFor(header = ''): Language {
  const liked = header
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';')
      const quality = parameters.map((one) => /^\s*q=([\d.]+)\s*$/i.exec(one)?.[1]).find((found) => found !== undefined)
      return { language: languageOf(tag), quality: Number(quality ?? 1) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return liked.find(({ language }) => language !== undefined)?.language ?? OTHERWISE
}
