// Optional: phones, linked devices and messages outlive the sim in one JSON file.
import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Phones, type PhonesState } from './phones.js'

const WRITE_AFTER_MS = 200

export function keptPhones(file: string | undefined) {
  const phones = new Phones(file === undefined ? undefined : readState(file))
  let timer: NodeJS.Timeout | undefined
  const write = () => {
    if (file === undefined) return
    // A name that nobody can have put a link to: the file may lie in /tmp.
    const draft = `${file}.${randomUUID()}`
    try {
      writeFileSync(draft, JSON.stringify(phones.state()), { mode: 0o600, flag: 'wx' })
      renameSync(draft, file)
    } finally {
      rmSync(draft, { force: true }) // what a full disk or a directory in the file's place left of it
    }
  }
  const save = () => {
    timer = undefined
    try {
      write()
    } catch (error) {
      console.error(`whatsapp sim: ${file} is not written: ${error instanceof Error ? error.message : error}`)
    }
  }
  write() // a file that cannot be written is told at the start, not when all is to be kept
  return {
    phones,
    /** Written a moment later, many changes at once. */
    changed: () => {
      if (file !== undefined) timer ??= setTimeout(save, WRITE_AFTER_MS)
    },
    close: () => {
      clearTimeout(timer)
      save()
    },
  }
}

function readState(file: string): PhonesState | undefined {
  const seen = statSync(file, { throwIfNoEntry: false })
  if (!seen) return undefined
  if (!seen.isFile()) throw new Error(`${file} is not a regular file`)
  const text = readFileSync(file, 'utf8')
  try {
    return JSON.parse(text) as PhonesState
  } catch {
    throw new Error(`${file} is not a sim's state`)
  }
}
