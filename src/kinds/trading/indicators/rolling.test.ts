import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../../test/trading-bars.js'
import { Bollinger } from './bollinger.js'
import { Obv } from './obv.js'
import { Sma } from './sma.js'

const MILLIONS = 10_000_000
const PERIOD = 20

test('after ten million values a mean and a deviation are as right as after twenty', () => {
  const random = seededRandom(7)
  const mean = new Sma(PERIOD)
  const bands = new Bollinger(PERIOD)
  const last = new Float64Array(PERIOD)
  let [found, band] = [0, 0]
  for (let i = 0; i < MILLIONS; i++) {
    // Prices of a hundred thousand that move by cents, and now and then one a billion times as high.
    const value = i % 1_000_003 === 1_000_000 ? 1e14 : 100_000 + Math.floor(random() * 100) / 100
    last[i % PERIOD] = value
    found = mean.update(value) ?? 0
    band = bands.update(value)?.upper ?? 0
  }
  const expected = last.reduce((sum, value) => sum + value) / PERIOD
  const variance = last.reduce((sum, value) => sum + (value - expected) ** 2, 0) / PERIOD
  // As much as adding twenty numbers of this size may be off, and no more.
  assert.ok(Math.abs(found - expected) <= PERIOD * Number.EPSILON * expected, `${found}, not ${expected}`)
  const deviation = (band - found) / 2
  assert.ok(Math.abs(deviation / Math.sqrt(variance) - 1) < 1e-8, `${deviation}, not ${Math.sqrt(variance)}`)
})

test('a running balance of ten million volumes has lost nothing', () => {
  const balance = new Obv()
  let found = balance.update({ close: 1, volume: 1e16 })
  // One by one each of them is too small for the sum to take notice.
  for (let i = 0; i < MILLIONS; i++) found = balance.update({ close: i + 2, volume: 0.5 })
  assert.equal(found, 1e16 + MILLIONS / 2)
})

test('a huge value leaves no trace once it is out of the window', () => {
  const [clean, dusty] = [new Sma(3), new Sma(3)]
  const answers = (one: Sma, first: number) => [first, 0.1, 0.2, 0.3, 0.7, 0.1, 0.2].map((value) => one.update(value))
  assert.deepEqual(answers(dusty, 1e99).slice(3), answers(clean, 0).slice(3))
})

test('the bands of equal prices are the price itself', () => {
  const bands = new Bollinger(5)
  const answers = Array.from({ length: 23 }, () => bands.update(0.1))
  for (const answer of answers.slice(4)) assert.deepEqual(answer, { upper: 0.1, middle: 0.1, lower: 0.1 })
})
