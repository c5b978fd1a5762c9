import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FENCED_STATUS, WIRE_UNKNOWN_STATUS, WIRE_VERSION } from '../core/protocol.js'
import { sayHello } from './hello.js'
import type { Link } from './link.js'

test('what is said to a hello decides whether a person must look, or the supervisor starts it again by itself', async () => {
  const cases: [status: number, exitCode: number | undefined][] = [
    [WIRE_UNKNOWN_STATUS, undefined],
    [401, undefined],
    [FENCED_STATUS, 66],
    [422, 64],
  ]
  for (const [status, exitCode] of cases) {
    const said: unknown[] = []
    const link = {
      post: async (_path: string, body: unknown) => {
        said.push(body)
        return { status, body: { error: { message: 'because' } } }
      },
    } as unknown as Link
    const thrown = await sayHello(link, 'ticket', new AbortController().signal).catch((error: unknown) => error)
    assert.ok(thrown instanceof Error)
    assert.deepEqual(said, [{ wire: WIRE_VERSION, ticket: 'ticket', pid: process.pid }], String(status))
    assert.equal('exitCode' in thrown ? thrown.exitCode : undefined, exitCode, String(status))
  }
})
