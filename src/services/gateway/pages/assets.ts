// The script and the style of a page, as they stand in its document.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs')
const { stripTypeScriptTypes } = process.getBuiltinModule('node:module')

/** @param file where its TypeScript lies. Compiled it lies there as well; in development its types are taken off. */
export function scriptOf(file: URL): string {
  const compiled = new URL(file.href.replace(/\.ts$/, '.js'))
  return existsSync(compiled) ? readFileSync(compiled, 'utf8') : stripTypeScriptTypes(readFileSync(file, 'utf8'))
}

export const styleOf = (file: URL): string => readFileSync(file, 'utf8')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

/** For a data block: nothing in it can end its element. */
export const jsonForHtml = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')
