import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSaid } from './one-shot.js'

test('lines of ours are read; whatever else is printed is none', () => {
  for (const line of ['hello', '', '{"is":', '{"is":"result"', '{"is":"other"}', '{"what":1}', '[1]', '{"is":7}'])
    assert.equal(readSaid(line), null, line)
  assert.deepEqual(readSaid('{"is":"result","result":{"a":1}}'), { is: 'result', result: { a: 1 }, text: null })
  assert.deepEqual(readSaid('{"is":"result","text":"drawn"}'), { is: 'result', result: null, text: 'drawn' })
})

test('what is missing or odd in a line becomes harmless', () => {
  assert.deepEqual(readSaid('{"is":"progress","done":"x","total":null}'), {
    is: 'progress',
    done: 0,
    total: null,
    text: '',
  })
  assert.deepEqual(readSaid('{"is":"log","level":"loud","fields":[1]}'), {
    is: 'log',
    level: 'info',
    message: '',
    fields: {},
  })
  assert.deepEqual(readSaid('{"is":"log","level":"warn","message":"m","fields":{"a":1}}'), {
    is: 'log',
    level: 'warn',
    message: 'm',
    fields: { a: 1 },
  })
  assert.deepEqual(readSaid('{"is":"error","message":"m","isBadInput":1,"stack":2}'), {
    is: 'error',
    message: 'm',
    hint: '',
    isBadInput: false,
    stack: null,
  })
})
