// The memory of alerts: a small file, replaced whole.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { AlertMemory } from './alerts.js'
import type { Alert } from './notifier.js'
import type { Trouble } from './troubles.js'

type Kept<T> = Omit<T, 'at'> & { at: string }
type KeptTrouble = Omit<Trouble, 'latest' | 'toldAs'> & { latest: Kept<Alert>; toldAs: Kept<Alert> }

export function alertFile(path: string): AlertMemory {
  return {
    load() {
      const kept = JSON.parse(read(path) ?? '[]') as [string, KeptTrouble][]
      return kept.map(([key, trouble]) => [
        key,
        { ...trouble, latest: revived(trouble.latest), toldAs: revived(trouble.toldAs) },
      ])
    },
    save(troubles) {
      writeFileSync(`${path}.new`, JSON.stringify(troubles), { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
  }
}

const revived = (kept: Kept<Alert>): Alert => ({ ...kept, at: new Date(kept.at) })

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
