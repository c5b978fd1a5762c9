import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PNG } from 'pngjs'
import { BLACK, read, scan, WHITE } from '../../test/terminal-qr.js'
import { type DrawnQr, drawQr, type QrRoom, writeQrPng } from './qr.js'

/** Like a WhatsApp code: `2@…,…,…,…,1` in base64. */
function code(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let state = length
  const next = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return alphabet[Math.floor(state / 2 ** 16) % alphabet.length] ?? ''
  }
  return `2@${Array.from({ length: length - 2 }, next).join('')}`
}

const room = (change: Partial<QrRoom> = {}): QrRoom => ({ columns: 80, rows: 24, ...change })

function drawn(text: string, change?: Partial<QrRoom>): Extract<DrawnQr, { tooSmall: false }> {
  const result = drawQr(text, room(change))
  assert.ok(!result.tooSmall, `does not fit: ${JSON.stringify(result)}`)
  return result
}

test('a code of any length a bot shows is readable, on dark and on light terminals, in both ways of drawing', () => {
  for (const length of [20, 90, 160, 200, 230, 240, 250]) {
    for (const rows of [24, 60]) {
      const { lines, mode } = drawn(code(length), { rows })
      for (const screen of [BLACK, WHITE]) {
        assert.equal(scan(lines, screen), code(length), `${length} characters, ${mode}, screen ${screen}`)
      }
    }
  }
})

test("WhatsApp's 240 characters fit a terminal of 80×24, with a line left for words", () => {
  const { lines, mode } = drawn(code(240), { reserveRows: 3 })
  assert.equal(mode, 'sextant')
  assert.ok(lines.length <= 21)
})

test('half blocks are used where there is room, or where the font has nothing finer', () => {
  assert.equal(drawn(code(240), { rows: 40 }).mode, 'half')
  assert.equal(drawn('short', { sextants: false }).mode, 'half')
  assert.equal(drawQr(code(240), room({ sextants: false })).tooSmall, true)
})

test('when nothing fits, it is said how much room is needed, and that much is enough', () => {
  const result = drawQr(code(240), room({ columns: 20, rows: 10, reserveRows: 2 }))
  assert.ok(result.tooSmall)
  assert.equal(drawQr(code(240), room({ ...result.needs, reserveRows: 2 })).tooSmall, false)
})

test('the picture is readable, and for its user only', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-qr-'))
  try {
    const file = join(dir, 'qr.png')
    await writeQrPng(code(240), file)
    const { data, width, height } = PNG.sync.read(readFileSync(file))
    assert.equal(read(new Uint8ClampedArray(data), width, height), code(240))
    assert.equal(statSync(file).mode & 0o777, 0o600)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
