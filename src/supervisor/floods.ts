// What a session's process tree writes to stderr goes past its log, through PM2, into its crash file: a child that prints
// there without end would fill the disk for everybody.
import path from 'node:path'
import { formatRef, unitName } from '../core/ids.js'
import { truncateAbove } from '../processes/log-file.js'
import type { Context } from './context.js'
import { type LiveRun, liveOf } from './unit.js'

const MAX_BYTES = 16 * 1024 * 1024

export interface Floods {
  /** Empties what has become too large, and tells of it once a run. */
  look(): Promise<void>
}

export function openFloods({ parts, roster }: Context, maxBytes = MAX_BYTES): Floods {
  const told = new WeakSet<LiveRun>()
  return {
    async look() {
      for (const unit of roster.units()) {
        const live = liveOf(unit)
        const file = path.join(parts.settings.dirs.logs, `${unitName(unit.ref)}.crash.log`)
        if (!truncateAbove(file, maxBytes) || !live || told.has(live)) continue
        told.add(live)
        const name = formatRef(unit.ref)
        const text = `More than ${maxBytes / 1024 / 1024} MB in one run; ${file} is emptied whenever it is that large.`
        const about = { key: `stderr:${unit.id}`, session: name, at: parts.now() }
        parts.alert({ ...about, level: 'warning', title: `${name} floods its stderr`, text })
      }
    },
  }
}
