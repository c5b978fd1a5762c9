import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Route, Routes } from '../core/protocol.js'
import { callThrough } from './calls.js'
import type { Answer } from './link.js'
import { followRoutes } from './routes.js'

const quiet = { warn: () => undefined, info: () => undefined }
const routes = (version: string): Routes => ({ version, routes: [{ session: `acme/${version}` } as Route] })

/** A supervisor whose answers come one by one, as the test says. */
function aSupervisor(t: { after(work: () => void): void }) {
  const asked: (string | null)[] = []
  const answers: ((answer: Answer | Error) => void)[] = []
  const stop = new AbortController()
  t.after(() => stop.abort())
  const post = (_path: string, body: unknown) => {
    asked.push((body as { since: string | null }).since)
    return new Promise<Answer>((resolve, reject) =>
      answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
    )
  }
  const heard: string[] = []
  const board = followRoutes({ post }, quiet, stop.signal)
  const listen = () => board.on((now) => void heard.push(now.map(({ session }) => session).join()))
  /** Answers the oldest question that waits, when there is one. */
  async function answer(given: Answer | Error) {
    while (answers.length === 0) await nextTurn()
    answers.shift()?.(given)
    for (let i = 0; i < 5; i++) await nextTurn()
  }
  const ok = (version: string) => answer({ status: 200, body: { ...routes(version) } })
  return { asked, heard, listen, answer, ok }
}

test('routes are asked for once somebody listens, and told when they are others', async (t) => {
  const { asked, heard, listen, ok } = aSupervisor(t)
  await nextTurn()
  assert.deepEqual(asked, [])
  listen()
  await ok('one')
  await ok('one')
  await ok('two')
  assert.deepEqual(
    [heard, asked],
    [
      ['acme/one', 'acme/two'],
      [null, 'one', 'one', 'two'],
    ],
  )
  listen()
  assert.deepEqual(heard.at(-1), 'acme/two', 'who comes late hears the last ones at once')
})

test('while the supervisor is away the last routes stand, and it is asked again until it answers', async (t) => {
  const { heard, listen, ok, answer } = aSupervisor(t)
  listen()
  await ok('one')
  await answer(new Error('ECONNREFUSED'))
  await answer({ status: 503, body: {} })
  await ok('one')
  assert.deepEqual(heard, ['acme/one'])
  await ok('two')
  assert.deepEqual(heard, ['acme/one', 'acme/two'])
})

test('a call that is not answered is a 503 to whoever asked, and every other answer is handed on as it is', async () => {
  const asked = { credential: 'key_1', verb: 'tenants.list', input: {} }
  const refused = { status: 403, body: { error: { code: 'NO', message: 'no', hint: '' } } }
  assert.deepEqual(await callThrough({ post: async () => refused })(asked), refused)
  const { status, body } = await callThrough({ post: () => Promise.reject(new Error('ENOENT')) })(asked)
  assert.deepEqual([status, (body.error as { code: string }).code], [503, 'SUPERVISOR_AWAY'])
})
