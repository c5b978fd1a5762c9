// Reads a QR code off a terminal's screen: paints what the lines say, cell by cell, and looks at it with jsqr.
import assert from 'node:assert/strict'
import jsqr from 'jsqr'

export const BLACK = 0
export const WHITE = 255
const CELL = { wide: 12, high: 24 }
const ESCAPE = '§'
const SGR_OR_CHARACTER = /§([\d;]*)m|(.)/gu

/** A terminal emulator small enough for this: two colours, blocks and sextants. The screen around is `screen`. */
export function scan(lines: string[], screen: number): string | undefined {
  const rows = lines.map((line) => paint(line, screen))
  const columns = Math.max(...rows.map((row) => row.length)) + 4
  const [width, height] = [columns * CELL.wide, (rows.length + 2) * CELL.high]
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = rows[Math.floor(y / CELL.high) - 1]?.[Math.floor(x / CELL.wide) - 2]
      const shade = cell ? cell.shadeAt((x % CELL.wide) / CELL.wide, (y % CELL.high) / CELL.high) : screen
      pixels.set([shade, shade, shade, 255], (y * width + x) * 4)
    }
  }
  return read(pixels, width, height)
}

export const read = (pixels: Uint8ClampedArray, width: number, height: number) =>
  jsqr.default(pixels, width, height)?.data

interface Cell {
  shadeAt(x: number, y: number): number
}

function paint(line: string, screen: number): Cell[] {
  let [fore, back] = [255 - screen, screen]
  const cells: Cell[] = []
  for (const [, sgr, character] of line.replaceAll('\u001b[', ESCAPE).matchAll(SGR_OR_CHARACTER)) {
    if (sgr === '38;5;16;48;5;231') [fore, back] = [BLACK, WHITE]
    else if (sgr === '0') [fore, back] = [255 - screen, screen]
    else if (character !== undefined) cells.push(cellOf(character, fore, back))
  }
  return cells
}

function cellOf(character: string, fore: number, back: number): Cell {
  const isInked = inkOf(character)
  return { shadeAt: (x, y) => (isInked(x, y) ? fore : back) }
}

/** From the Unicode chart, not from the code under test. */
function inkOf(character: string): (x: number, y: number) => boolean {
  if (character === ' ') return () => false
  if (character === '█') return () => true
  if (character === '▀') return (_, y) => y < 0.5
  if (character === '▄') return (_, y) => y >= 0.5
  if (character === '▌') return (x) => x < 0.5
  if (character === '▐') return (x) => x >= 0.5
  const patterns = Array.from({ length: 62 }, (_, i) => i + 1).filter((bits) => bits !== 0b010101 && bits !== 0b101010)
  const bits = patterns[(character.codePointAt(0) ?? 0) - 0x1fb00]
  assert.ok(bits !== undefined, `no character for a QR code: ${character}`)
  return (x, y) => ((bits >> (Math.floor(y * 3) * 2 + (x < 0.5 ? 0 : 1))) & 1) === 1
}
