import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import type { FleetClient, Verb } from '../api/verbs.js'
import { EXIT, UserError } from '../core/errors.js'
import type { LsRow } from '../core/states.js'
import type { PairAnswer } from '../kinds/kind.js'
import { commandsOf } from '../runtime/commands.js'
import { lookAtPairing, type Pairing, startToPair } from './pairing.js'

type Row = Pick<LsRow, 'state' | 'reason' | 'wanted'>
const PAIRING: Row = { state: 'pairing', reason: 'waits for a phone', wanted: 'running' }

function look(answer: PairAnswer | UserError | null, row: Partial<Row> = {}): Promise<Pairing> {
  const call = async (verb: Verb) => {
    if (verb === 'sessions.show') return { ...PAIRING, ...row }
    assert.equal(verb, 'sessions.command')
    if (answer instanceof UserError) throw answer
    return answer
  }
  return lookAtPairing(call as unknown as FleetClient['call'], 'acme/a', null)
}

test('a look says what a person needs to see: a code, a code to type, what it waits for, or that it is done', async () => {
  assert.deepEqual(await look({ paired: true, account: 'phone:1' }), { is: 'paired', account: 'phone:1' })
  assert.deepEqual(await look({ paired: true }), { is: 'paired', account: null })
  const qr = { code: '2@x', attempt: 3 }
  assert.deepEqual(await look({ paired: false, qr }), { is: 'qr', ...qr })
  assert.deepEqual(await look({ paired: false, linkCode: 'AB' }), { is: 'link-code', code: 'AB' })
  const waits = { is: 'waiting', state: 'pairing', reason: 'waits for a phone' }
  assert.deepEqual(await look({ paired: false }), waits)
  assert.deepEqual(await look(null), waits)
  assert.deepEqual(await look({ paired: false, reason: 'no page' }), { ...waits, reason: 'no page' })
})

test('a session that is still on its way up is waited for', async () => {
  for (const code of ['SESSION_NOT_RUNNING', 'NOT_READY', 'STOPPING', 'COMMAND_FAILED', 'FLEET_DOWN']) {
    const seen = await look(new UserError(code, 'not now'), { state: 'starting', reason: null })
    assert.deepEqual(seen, { is: 'waiting', state: 'starting', reason: null }, code)
  }
  // Stopped for a moment, on its way to be started.
  assert.equal((await look(new UserError('SESSION_NOT_RUNNING', ''), { state: 'stopped' })).is, 'waiting')
})

test('what will not be better by looking on is over: failed, stopped by somebody, down, refused, removed', async () => {
  const over = async (answer: PairAnswer | UserError | null, row: Partial<Row> = {}) => {
    const pairing = await look(answer, row)
    return pairing.is === 'over' ? pairing.error.message : pairing.is
  }
  const notRunning = new UserError('SESSION_NOT_RUNNING', '')
  assert.equal(await over(notRunning, { state: 'failed', reason: 'bad login' }), 'acme/a failed: bad login.')
  assert.equal(await over(notRunning, { wanted: 'stopped' }), 'acme/a was stopped.')
  assert.equal(
    await over({ paired: false, qr: { code: 'x', attempt: 1 } }, { wanted: 'stopped' }),
    'acme/a was stopped.',
  )
  assert.equal(
    await over(new UserError('FLEET_DOWN', 'The fleet is down.'), { state: 'stopped' }),
    'The fleet is down.',
  )
  for (const exit of [EXIT.usage, EXIT.notFound, EXIT.notAllowed]) {
    assert.equal(await over(new UserError('ANY', 'no', '', exit)), 'no')
  }
})

test('trouble on the way is thrown: the next look may be better', async () => {
  await assert.rejects(look(new UserError('SUPERVISOR_GONE', 'gone')), { code: 'SUPERVISOR_GONE' })
})

test('the words of a real session that is not there yet, or leaves, are understood', async () => {
  const stop = new AbortController()
  const quiet = () => undefined
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  const commands = commandsOf({ names: ['pair'], signal: stop.signal, log, redact: String })
  const said = async () => {
    const { body } = await commands.answer('pair', {} as IncomingMessage)
    const { code, message } = (body as { error: { code: string; message: string } }).error
    return new UserError(code, message)
  }
  assert.equal((await look(await said(), { state: 'starting' })).is, 'waiting')
  stop.abort()
  assert.equal((await look(await said(), { state: 'stopping' })).is, 'waiting')
})

test('a session is started for pairing only when it is not wanted running, or has failed', async () => {
  const started: string[] = []
  const startFrom = async (row: Partial<Row>) => {
    started.length = 0
    const call = async (verb: Verb) => (verb === 'sessions.show' ? { ...PAIRING, ...row } : started.push(verb))
    await startToPair(call as unknown as FleetClient['call'], 'acme/a')
    return started.length
  }
  assert.equal(await startFrom({}), 0)
  assert.equal(await startFrom({ wanted: 'stopped', state: 'stopped' }), 1)
  assert.equal(await startFrom({ state: 'failed' }), 1)
})
