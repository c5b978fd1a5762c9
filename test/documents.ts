// The documents of this repository, and the fenced blocks in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './fleet-home.js'

export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const FOLDERS = ['docs', 'easypanel', 'logs', 'tokens']

/** From the root. */
export const documents: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  ),
]

export interface Block {
  /** `README.md:43`, where it begins. */
  at: string
  document: string
  /** The word behind the fence; '' when there is none. */
  language: string
  text: string
}

export function blocksOf(document: string): Block[] {
  const text = read(document)
  return [...text.matchAll(/^( *)```([^\n]*)\n(.*?)^\1```/gms)].map((found) => {
    const [, indent = '', language = '', body = ''] = found
    const line = text.slice(0, found.index).split('\n').length
    const lines = body.split('\n').map((one) => (one.startsWith(indent) ? one.slice(indent.length) : one))
    return { at: `${document}:${line}`, document, language: language.trim(), text: lines.join('\n') }
  })
}

/** The lines of a shell's block that do something: continued ones joined, comments and here-documents left out. */
export function commandsOf({ text }: Block): string[] {
  const joined = text.replace(/<<\s*'?(\w+)'?([^\n]*)\n.*?\n\1$/gms, '$2').replace(/\\\n\s*/g, '')
  return joined
    .split('\n')
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/(^|\s)#\s.*$/, '')
        .trim(),
    )
    .filter((line) => line !== '')
}
