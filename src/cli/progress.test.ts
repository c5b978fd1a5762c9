import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barLine, paceFrom } from './progress.js'

const at = (done: number, total: number | null = 100, text = '') => ({ done, total, text })

test('the bar shows how far it is and how long it will take, and neither before it is known', () => {
  assert.equal(barLine(at(0), null), `${'·'.repeat(24)}  0 %`)
  assert.equal(barLine(at(50, 100, 'BTC'), 90_000), `${'█'.repeat(12)}${'·'.repeat(12)}  50 %  90 s left  BTC`)
  assert.equal(barLine(at(999, 1000), 5), `${'█'.repeat(23)}·  99 %  1 s left`)
  assert.equal(barLine(at(100), 0), `${'█'.repeat(24)}  100 %`)
  assert.equal(barLine(at(1_200_000, null, 'candles'), null), '1,200,000  candles')
  assert.equal(barLine(at(0, 0), null), `${'█'.repeat(24)}  100 %`)
})

test('a text of the job cannot move the cursor', () => {
  assert.equal(barLine(at(1, null, 'a\x1b[2J\nb'), null), '1  a\ufffd[2J b')
})

test('the time left is reckoned from the whole way so far, begun where the job began', () => {
  let now = 1_000
  const pace = paceFrom(() => now)
  assert.equal(pace(at(20)), null) // a job that resumes begins in the middle
  now = 3_000
  assert.equal(pace(at(40)), 6_000)
  assert.equal(pace(at(20)), null)
  now = 5_000
  assert.equal(pace(at(100)), 0)
  assert.equal(pace(at(90, null)), null)
})
