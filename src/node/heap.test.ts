import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { giveBackMemory } from './heap.js'

test('what nobody holds is collected at once, and what somebody holds stays', async () => {
  const held = { text: 'held' }
  let dropped: object | undefined = { text: 'dropped' }
  const refs = [new WeakRef(held), new WeakRef(dropped)]
  dropped = undefined
  // A WeakRef holds its object until the turn in which it was made is over.
  await sleep(1)
  giveBackMemory()
  assert.deepEqual(
    refs.map((ref) => ref.deref()),
    [held, undefined],
  )
})
