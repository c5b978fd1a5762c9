import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Context } from './context.js'
import { openRoutes } from './routes.js'

/** As much of a supervisor as the routes look at: with a store that was read, or was not yet. */
function aBoard({ isRead }: { isRead: boolean }) {
  const store = { isRead }
  const leaving = new AbortController()
  const listeners: (() => void)[] = []
  const context = {
    roster: { units: () => [], onChange: (listener: () => void) => void listeners.push(listener) },
    wanted: { units: () => new Map(), snapshot: () => (store.isRead ? {} : null) },
    closing: leaving.signal,
  }
  const board = openRoutes(context as unknown as Context)
  return { board, store, leave: () => leaving.abort(), change: () => listeners.map((listener) => listener()) }
}

test('before the store was read nobody is told that there are no hooks: a gateway goes on by what it was told last', async () => {
  const { board, store, change } = aBoard({ isRead: false })
  const told: unknown[] = []
  const asked = board.after(null).then((found) => told.push(found.routes))
  change()
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.deepEqual(told, [])
  store.isRead = true
  change()
  await asked
  assert.deepEqual(told, [[]])
})

test('a supervisor that leaves before it could read says that it does not know', async () => {
  const { board, leave } = aBoard({ isRead: false })
  leave()
  await assert.rejects(board.after(null), { code: 'NOT_READ_YET' })
})
