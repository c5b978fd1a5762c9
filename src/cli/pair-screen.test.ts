import assert from 'node:assert/strict'
import { test } from 'node:test'
import { screenOf } from './pair-screen.js'
import { drawQr } from './qr.js'

const CODE = `2@${'abcdefgh'.repeat(29)}`

test('the drawing and its title fit the window; a window that is too small says what else there is', () => {
  for (const [columns, rows] of [
    [120, 60],
    [80, 24],
  ] as const) {
    const lines = screenOf(drawQr, CODE, 'x'.repeat(300), { columns, rows, sextants: true })
    assert.ok(lines.length <= rows && (lines[0]?.length ?? 0) <= columns)
    assert.match(lines.join(''), /48;5;231m/)
  }
  const words = screenOf(drawQr, CODE, 'title', { columns: 30, rows: 10, sextants: true }).join(' ')
  assert.match(words, /needs \d+ columns and \d+ rows; this window has 30 and 10.*--png FILE or --phone NUMBER/)
})
