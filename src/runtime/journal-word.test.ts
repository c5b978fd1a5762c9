import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellJournal } from './journal-word.js'
import type { Link } from './link.js'

test('a stop during the first start is heard at once, also while the supervisor does not answer', async () => {
  const stop = new AbortController()
  const link: Pick<Link, 'post'> = { post: () => new Promise(() => undefined) }
  const told = tellJournal(link, 'journal', stop.signal)
  const why = new Error('stop')
  stop.abort(why)
  await assert.rejects(told, why)
})

test('a journal is told again until there is an answer', async () => {
  const answers = [503, 200]
  const link: Pick<Link, 'post'> = { post: async () => ({ status: answers.shift() ?? 500, body: {} }) }
  await tellJournal(link, 'journal', new AbortController().signal)
  assert.deepEqual(answers, [])
})
