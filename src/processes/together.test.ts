import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gathered } from './together.js'

test('a process that cannot be killed delays the end of no other that was asked for in the same moment', async () => {
  let fail: (why: Error) => void = () => undefined
  const kill = gathered<string>((all, done) => {
    assert.deepEqual([...all], ['hangs', 'ends'])
    done('ends')
    return new Promise((_, reject) => {
      fail = reject
    })
  })
  const hangs = kill('hangs')
  await Promise.all([kill('ends'), kill('ends')])
  fail(new Error('it will not go'))
  await assert.rejects(hangs, /will not go/)
})
