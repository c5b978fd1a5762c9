import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ParameterField } from '../../strategies/parameters.js'
import { chosenPoints } from './choose.js'
import { deflated, momentsOf } from './deflated.js'
import { normalAt, normalBelow } from './normal.js'
import { openRandom } from './random.js'
import { dimensionsOf, gridSize, pointAt } from './space.js'
import { foldsOf, holdoutOf, stretchMs } from './windows.js'

const FIELDS: ParameterField[] = [
  { name: 'fast', type: 'integer', default: 10, help: '', least: 2, most: 200, choices: [] },
  { name: 'factor', type: 'number', default: 2, help: '', least: 0.1, most: 10, choices: [] },
  { name: 'mode', type: 'choice', default: 'a', help: '', least: null, most: null, choices: ['a', 'b', 'c'] },
  { name: 'isOn', type: 'boolean', default: true, help: '', least: null, most: null, choices: [] },
]
const values = (text: string) => dimensionsOf([text], FIELDS)[0]?.values

test('--param says ranges, lists, or the whole range that the strategy gives', () => {
  assert.deepEqual(values('fast=5:20:5'), [5, 10, 15, 20])
  assert.deepEqual(values('fast=5:8'), [5, 6, 7, 8])
  assert.deepEqual(values('fast=5:9:3'), [5, 8])
  assert.deepEqual(values('factor=0.1:0.5:0.1'), [0.1, 0.2, 0.3, 0.4, 0.5])
  assert.deepEqual(values('factor=1.5,2,2.5'), [1.5, 2, 2.5])
  assert.deepEqual(values('mode=c,a'), ['c', 'a'])
  assert.deepEqual(values('mode'), ['a', 'b', 'c'])
  assert.deepEqual(values('isOn'), [false, true])
  assert.deepEqual(values('fast'), [2, 22, 42, 62, 82, 102, 122, 142, 162, 182])
  assert.equal(values('factor')?.length, 10)
})

for (const [text, error] of [
  ['slow=1:2', /--param: the strategy has no parameter "slow"/],
  ['fast=1:20', /--param fast: 1 lies beyond \(2 to 200\)/],
  ['fast=5:20:0', /--param fast: its step must be above zero/],
  ['fast=20:5', /--param fast: 20 lies above 5/],
  ['fast=5:20:2.5', /it takes whole numbers/],
  ['fast=a', /"a" is no value of it/],
  ['fast=1:2:3:4', /a range is from:to:step/],
  ['factor=0.5:1.5', /a range of fractions needs a step/],
  ['factor=0.1:10:0.0000001', /--param factor has 99000001 values/],
  ['mode=d', /"d" is no value of it/],
  ['isOn=yes', /"yes" is no value of it/],
] as const) {
  test(`--param ${text} is told with its name`, () => assert.throws(() => dimensionsOf([text], FIELDS), error))
}

test('a parameter that is given twice is told', () => {
  assert.throws(() => dimensionsOf(['mode=a', 'mode=b'], FIELDS), /--param mode is given twice/)
})

test('a grid has each point once, the last parameter changing fastest', () => {
  const dimensions = dimensionsOf(['fast=5:15:5', 'mode=a,b'], FIELDS)
  const points = chosenPoints(dimensions, { method: 'grid', trials: 0, seed: 1 })
  assert.equal(gridSize(dimensions), 6)
  assert.deepEqual(points.slice(0, 3), [
    { fast: 5, mode: 'a' },
    { fast: 5, mode: 'b' },
    { fast: 10, mode: 'a' },
  ])
  assert.deepEqual(pointAt(dimensions, 5), { fast: 15, mode: 'b' })
})

test('a random search is the same from the same seed, has no point twice, and comes from everywhere', () => {
  const dimensions = dimensionsOf(['fast=2:200', 'factor=0.1:10:0.1', 'mode'], FIELDS)
  const search = { method: 'random' as const, trials: 400, seed: 7 }
  const points = chosenPoints(dimensions, search)
  assert.deepEqual(points, chosenPoints(dimensions, search))
  assert.notDeepEqual(points, chosenPoints(dimensions, { ...search, seed: 8 }))
  assert.equal(new Set(points.map((point) => JSON.stringify(point))).size, 400)
  const low = points.filter(({ fast }) => Number(fast) <= 101).length
  assert.ok(low > 150 && low < 250, `${low} of 400 lie in the lower half`)
})

test('the random numbers are those of sfc32', () => {
  const random = openRandom(1)
  const drawn = Array.from({ length: 4 }, () => random.below(1000))
  const again = openRandom(1)
  assert.deepEqual(
    drawn,
    Array.from({ length: 4 }, () => again.below(1000)),
  )
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (most) => random.below(most) < most))
})

const DAY = 86_400_000

test('out-of-sample stretches follow one another and never overlap what they were chosen in', () => {
  const data = { from: 0, until: 100 * DAY }
  const folds = foldsOf(data, { inSampleMs: 40 * DAY, outOfSampleMs: 20 * DAY, anchored: false })
  assert.deepEqual(
    folds.map(({ inSample, outOfSample }) =>
      [inSample.from, inSample.until, outOfSample.from, outOfSample.until].map((at) => at / DAY),
    ),
    [
      [0, 40, 40, 60],
      [20, 60, 60, 80],
      [40, 80, 80, 100],
    ],
  )
  const anchored = foldsOf(
    { from: 0, until: 95 * DAY },
    { inSampleMs: 40 * DAY, outOfSampleMs: 20 * DAY, anchored: true },
  )
  assert.deepEqual(
    anchored.map(({ inSample, outOfSample }) => [inSample.from / DAY, outOfSample.until / DAY]),
    [
      [0, 60],
      [0, 80],
      [0, 95],
    ],
  )
  assert.throws(
    () => foldsOf(data, { inSampleMs: 95 * DAY, outOfSampleMs: 20 * DAY, anchored: false }),
    /longer than the 100 days/,
  )
  assert.deepEqual(holdoutOf(data, 0.3), {
    inSample: { from: 0, until: 70 * DAY },
    outOfSample: { from: 70 * DAY, until: 100 * DAY },
  })
  assert.deepEqual([stretchMs('--in-sample', '2w'), stretchMs('--in-sample', '1y')], [14 * DAY, 365 * DAY])
  assert.throws(() => stretchMs('--in-sample', 'long'), /--in-sample must be a stretch of time/)
})

test('the normal distribution to its tables, and back', () => {
  for (const [x, share] of [
    [0, 0.5],
    [1, 0.8413447460685429],
    [1.6448536269514722, 0.95],
    [-1.959963984540054, 0.025],
    [3, 0.9986501019683699],
  ] as const) {
    assert.ok(Math.abs(normalBelow(x) - share) < 1e-15)
    assert.ok(Math.abs(normalAt(share) - x) < 1e-13)
  }
})

test('the deflated Sharpe ratio of the paper’s example: 0.9004 after 100 trials, 0.9505 after 46', () => {
  // Bailey and López de Prado (2014), "A numerical example": 2.5 a year over 5 years of 250 days, variance 1/2, skewness -3,
  // kurtosis 10.
  const best = { periods: 1250, sharpe: 2.5 / Math.sqrt(250), skewness: -3, kurtosis: 10 }
  const after = (trials: number) => deflated(best, trials, 0.5 / 250)
  assert.equal(after(100)?.expectedMaximum.toFixed(4), '0.1132')
  assert.equal(after(100)?.deflatedSharpe.toFixed(4), '0.9004')
  assert.equal(after(46)?.deflatedSharpe.toFixed(4), '0.9505')
  assert.equal(after(1), null)
})

test('moments of returns: of a ramp, and of what never moved', () => {
  const { sharpe, skewness, kurtosis } = momentsOf([1, 2, 3, 4, 5])
  assert.deepEqual([sharpe?.toFixed(6), skewness, kurtosis.toFixed(6)], ['1.897367', 0, '1.700000'])
  assert.equal(momentsOf([0.1, 0.1, 0.1]).sharpe, null)
})
