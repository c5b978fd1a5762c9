// `frota ls --watch`: kept on the screen, fitted to the window.
import { setTimeout as sleep } from 'node:timers/promises'
import type { LsRow } from '../core/states.js'
import type { Cli } from './cli.js'
import { patiently } from './follow.js'
import { lsTable, watchScreen } from './ls-table.js'
import { steer, writeOut } from './output.js'

const REFRESH_MS = 1_000

/** In place on a terminal; with --json a line at every change. */
export async function watchRows(cli: Cli, look: () => Promise<LsRow[]>): Promise<void> {
  let before = ''
  const inPlace = !cli.json && process.stdout.isTTY
  if (inPlace) steer('\x1b[?1049h\x1b[?25l')
  const restore = () => inPlace && steer('\x1b[?25h\x1b[?1049l')
  process.once('exit', restore)
  const draw = (rows: LsRow[]) => {
    const { columns, rows: height } = process.stdout
    steer('\x1b[H\x1b[J')
    writeOut(`${watchScreen(rows, { columns: columns || 80, rows: height || 24 })}\n`)
  }
  for (;;) {
    const rows = await patiently(look)
    const text = JSON.stringify(rows)
    if (inPlace) draw(rows)
    else if (text !== before) cli.printLine(rows, lsTable(rows))
    before = text
    await sleep(REFRESH_MS)
  }
}
