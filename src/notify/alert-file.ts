// The memory of alerts: a small file, replaced whole.
import { readIfThere, replaceFile } from '../node/files.js'
import type { AlertMemory } from './alerts.js'
import type { SessionAlert } from './notifier.js'
import type { Trouble } from './troubles.js'

type Kept<T> = Omit<T, 'at'> & { at: string }
type KeptTrouble = Omit<Trouble, 'latest' | 'toldAs'> & { latest: Kept<SessionAlert>; toldAs: Kept<SessionAlert> }

export function alertFile(path: string): AlertMemory {
  return {
    load() {
      const kept = JSON.parse(readIfThere(path) ?? '[]') as [string, KeptTrouble][]
      return kept.map(([key, trouble]) => [
        key,
        { ...trouble, latest: revived(trouble.latest), toldAs: revived(trouble.toldAs) },
      ])
    },
    save(troubles) {
      replaceFile(path, JSON.stringify(troubles))
    },
  }
}

const revived = (kept: Kept<SessionAlert>): SessionAlert => ({ ...kept, at: new Date(kept.at) })
