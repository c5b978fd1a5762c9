// docs/indicators.md names all there is, with the warm-up that it has, and its example prints what it says.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import * as indicators from '../src/kinds/trading/indicators/index.js'
import * as patterns from '../src/kinds/trading/patterns/index.js'
import { execute, NODE, ROOT } from './fleet-home.js'
import { EVERY_INDICATOR } from './trading-indicators.js'

const doc = readFileSync(join(ROOT, 'docs/indicators.md'), 'utf8')
const rows = doc
  .split('\n')
  .filter((line) => /^\| `[A-Z]/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))

test('every export has its row, and every row its export', () => {
  const exported = Object.keys({ ...indicators, ...patterns }).filter((name) => name !== 'Indicator')
  const named = rows.flatMap(([, made = '', over = '']) => [/\w+/.exec(made)?.[0], /\w+/.exec(over)?.[0]])
  assert.deepEqual(named.sort(), exported.sort())
})

test('each row says the warm-up that the class has, and no cell is empty', () => {
  for (const [, made = '', ...cells] of rows) {
    const one = EVERY_INDICATOR.find(({ name }) => made === `\`${name}\``)?.make()
    assert.equal(cells.at(-3), String(one?.warmUp), made)
    assert.ok(
      cells.slice(0, -1).every((cell) => cell !== ''),
      made,
    )
  }
})

test('the usual periods that it names are those of the functions', () => {
  for (const [, made = '', over = ''] of rows) {
    const one = EVERY_INDICATOR.find(({ name }) => made === `\`${name}\``)?.make()
    const usual = [...over.matchAll(/ = (\d[\d.]*|up)/g)].map(([, value]) => (value === 'up' ? 2 : Number(value)))
    if (usual.length > 0) assert.deepEqual(one?.toJSON().args, usual, made)
  }
})

test('its example prints what it says', async (t) => {
  const [, code = ''] = /```js\n(.*?)```/s.exec(doc) ?? []
  const dir = mkdtempSync(join(tmpdir(), 'frota-indicators-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(ROOT, join(dir, 'node_modules/frota'))
  writeFileSync(join(dir, 'example.mjs'), code)
  const { stdout, stderr } = await execute(NODE, [join(dir, 'example.mjs')], { PATH: process.env.PATH ?? '' })
  const promised = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].flatMap(([, says = '']) => says.split(', '))
  assert.deepEqual(stdout.trim().split('\n'), promised, stderr)
})
