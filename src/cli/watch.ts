// `frota ls`, once or kept on the screen.
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { plain } from '../core/plain-text.js'
import type { LsRow, StateName } from '../core/states.js'
import type { RowFilter } from '../fleet/rows.js'
import type { Cli } from './cli.js'
import { patiently } from './follow.js'
import { steer, writeOut } from './output.js'
import { ago, bytes, table } from './table.js'

const REFRESH_MS = 1_000

const COLOUR = {
  ready: 'green',
  pairing: 'yellow',
  degraded: 'yellow',
  starting: 'cyan',
  stopping: 'cyan',
  waiting: 'yellow',
  backoff: 'red',
  failed: 'red',
  fenced: 'red',
  stopped: 'dim',
} as const satisfies Record<StateName, string>

export function lsTable(rows: LsRow[], columns?: number): string {
  const now = Date.now()
  const head = ['SESSION', 'KIND', 'STATE', 'MEM', 'CPU', 'PID', 'PORT', 'BEAT', 'REASON']
  const cells = rows.map((row) => [
    row.session,
    row.kind,
    styleText(COLOUR[row.state], row.state),
    bytes(row.rssBytes),
    row.cpuPercent === null ? '–' : `${row.cpuPercent}%`,
    String(row.pid ?? '–'),
    String(row.port ?? '–'),
    ago(row.lastBeatAt, now),
    `${row.outdated ? '(config not taken yet) ' : ''}${plain(row.reason ?? '')}`,
  ])
  return table(head, cells, columns)
}

/** In place on a terminal; with --json a line at every change. */
export async function watchRows(cli: Cli, filter: RowFilter): Promise<void> {
  let before = ''
  const inPlace = !cli.json && process.stdout.isTTY
  if (inPlace) steer('\x1b[?1049h\x1b[?25l')
  const restore = () => inPlace && steer('\x1b[?25h\x1b[?1049l')
  process.once('exit', restore)
  for (;;) {
    const rows = await patiently(() => cli.call('sessions.list', filter))
    const text = JSON.stringify(rows)
    if (inPlace) {
      steer('\x1b[H\x1b[J')
      writeOut(`${lsTable(rows)}\n`)
    } else if (text !== before) cli.printLine(rows, lsTable(rows))
    before = text
    await sleep(REFRESH_MS)
  }
}
