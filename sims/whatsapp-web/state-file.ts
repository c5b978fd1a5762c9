// Optional: phones, linked devices and messages outlive the sim in one JSON file.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { Phones, type PhonesState } from './phones.js'

const WRITE_AFTER_MS = 200

export function keptPhones(file: string | undefined) {
  const known = file !== undefined && existsSync(file)
  const phones = new Phones(known ? (JSON.parse(readFileSync(file, 'utf8')) as PhonesState) : undefined)
  let timer: NodeJS.Timeout | undefined
  const save = () => {
    timer = undefined
    if (file === undefined) return
    writeFileSync(`${file}.new`, JSON.stringify(phones.state()), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
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
