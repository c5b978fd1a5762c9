// Optional: phones, linked devices and messages outlive the sim in one JSON file.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Phones, type PhonesState } from './phones.js'

const WRITE_AFTER_MS = 200

export function keptPhones(file: string | undefined) {
  const phones = new Phones(file === undefined ? undefined : readState(file))
  let timer: NodeJS.Timeout | undefined
  const write = () => {
    if (file === undefined) return
    writeFileSync(`${file}.new`, JSON.stringify(phones.state()), { mode: 0o600 })
    renameSync(`${file}.new`, file)
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
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  try {
    return JSON.parse(text) as PhonesState
  } catch {
    throw new Error(`${file} is not a sim's state`)
  }
}
