import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDuration, wholeNumber } from './options.js'

test('durations are read with their unit; without one they are seconds', () => {
  assert.deepEqual(
    ['250ms', '60s', '5m', '2h', '7', '0s'].map(readDuration),
    [250, 60_000, 300_000, 7_200_000, 7_000, 0],
  )
  for (const text of ['', 's', '-1s', '1.5s', '1 s', '5 minutes', '1d']) {
    assert.throws(() => readDuration(text), { code: 'BAD_DURATION', exit: 2 }, text)
  }
})

test('a number that does not fit is refused with its option and its range', () => {
  assert.equal(wholeNumber('--tail')('0'), 0)
  for (const text of ['', '-1', '1.5', 'x', '1e3', '0x10', ' 1']) {
    assert.throws(
      () => wholeNumber('--tail')(text),
      { code: 'BAD_NUMBER', exit: 2, message: /--tail.*at least 0/ },
      text,
    )
  }
  assert.throws(() => wholeNumber('--port', { max: 65_535 })('65536'), { message: /--port.*from 0 to 65535/ })
})
