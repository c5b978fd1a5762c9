// A QR code in a terminal. Dark on light with its own colours, whatever the terminal's are and whatever NO_COLOR says: in
// the terminal's own it would be inverted on half of them. Half blocks where there is room, sextants (2×3 modules a cell)
// where rows are short. Imported by who draws one: the library costs a start 15 ms.
import { create, toBuffer } from 'qrcode'
import { putFile } from '../node/put-file.js'

export interface QrRoom {
  columns: number
  rows: number
  /** Rows that something else needs: a title, a hint. */
  reserveRows?: number
  /** False for terminals whose font lacks them (TERM=linux). */
  sextants?: boolean
}

export type DrawnQr =
  | { tooSmall: false; lines: string[]; mode: Mode }
  /** What the smallest drawing needs, reserved rows included; else `--png FILE` or `--phone N`. */
  | { tooSmall: true; needs: { columns: number; rows: number } }

type Mode = 'half' | 'sextant'

/** Modules a cell holds, and the character for a cell: bits row by row, the upper left one first; 1 is drawn. */
const CELLS: Record<Mode, { wide: number; high: number; glyph: (bits: number) => string }> = {
  half: { wide: 1, high: 2, glyph: (bits) => ' ▀▄█'[bits] ?? ' ' },
  sextant: { wide: 2, high: 3, glyph: sextant },
}
/** Light modules around the code. Four are the rule; two do for every scanner tried. */
const QUIET = { wide: 4, narrow: 2 }
/** Black on white of the fixed colour cube: themes repaint the first sixteen colours. */
const DARK_ON_LIGHT = '\x1b[38;5;16;48;5;231m'
const PLAIN = '\x1b[0m'

export function drawQr(code: string, room: QrRoom): DrawnQr {
  const { modules } = create(code, { errorCorrectionLevel: 'L' })
  const rows = room.rows - (room.reserveRows ?? 0)
  const modes: Mode[] = room.sextants === false ? ['half'] : ['half', 'sextant']
  for (const mode of modes) {
    for (const quiet of [QUIET.wide, QUIET.narrow]) {
      const needs = cellsFor(mode, modules.size, quiet)
      if (needs.columns > room.columns || needs.rows > rows) continue
      return { tooSmall: false, mode, lines: draw(mode, modules, quiet) }
    }
  }
  const least = cellsFor(modes.at(-1) ?? 'half', modules.size, QUIET.narrow)
  return { tooSmall: true, needs: { columns: least.columns, rows: least.rows + (room.reserveRows ?? 0) } }
}

/** Whoever has the picture can log in with it: for its user only. */
export async function writeQrPng(code: string, file: string): Promise<void> {
  const png = await toBuffer(code, { errorCorrectionLevel: 'L', margin: QUIET.wide, scale: 8 })
  putFile(file, png)
}

function cellsFor(mode: Mode, size: number, quiet: number) {
  const { wide, high } = CELLS[mode]
  return { columns: Math.ceil((size + 2 * quiet) / wide), rows: Math.ceil((size + 2 * quiet) / high) }
}

interface Modules {
  size: number
  get(row: number, column: number): number
}

function draw(mode: Mode, modules: Modules, quiet: number): string[] {
  const { wide, high, glyph } = CELLS[mode]
  const { columns, rows } = cellsFor(mode, modules.size, quiet)
  const isDark = (y: number, x: number) =>
    y >= 0 && x >= 0 && y < modules.size && x < modules.size && modules.get(y, x) === 1
  const cell = (row: number, column: number) => {
    let bits = 0
    for (let i = 0; i < wide * high; i++) {
      if (isDark(row * high + Math.floor(i / wide) - quiet, column * wide + (i % wide) - quiet)) bits |= 1 << i
    }
    return glyph(bits)
  }
  return Array.from({ length: rows }, (_, row) => {
    const line = Array.from({ length: columns }, (_, column) => cell(row, column)).join('')
    return `${DARK_ON_LIGHT}${line}${PLAIN}`
  })
}

/** U+1FB00…: all 64 patterns but four, which had characters before. */
function sextant(bits: number): string {
  const older: Record<number, string> = { 0: ' ', [LEFT]: '▌', [RIGHT]: '▐', 63: '█' }
  return older[bits] ?? String.fromCodePoint(0x1fb00 + bits - 1 - (bits > LEFT ? 1 : 0) - (bits > RIGHT ? 1 : 0))
}
const LEFT = 0b010101
const RIGHT = 0b101010
