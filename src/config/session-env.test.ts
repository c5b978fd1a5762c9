import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionExit } from '../core/states.js'
import { takeSessionEnv } from './session-env.js'

const whole = () => ({
  FROTA_HOME: '/home/frota',
  FROTA_RUN: 'r-1',
  FROTA_SESSION: 'acme/vendas',
  FROTA_SOCKET: '/run/sessions.sock',
  FROTA_ADDRESS: '/run/sessions/r-1.sock',
  FROTA_TICKET: 'secret-ticket',
})

test('the ticket is taken out of the environment, the marker stays for every descendant', () => {
  const env: Record<string, string | undefined> = whole()
  const { name, ticket, foreground } = takeSessionEnv(env)
  assert.deepEqual([name, ticket, foreground], ['acme/vendas', 'secret-ticket', false])
  assert.deepEqual([env.FROTA_TICKET, env.FROTA_RUN], [undefined, 'r-1'])
  assert.equal(takeSessionEnv({ ...whole(), FROTA_FOREGROUND: '1' }).foreground, true)
})

test('everything that is missing is said at once', () => {
  const refused = (env: Record<string, string>, pattern: RegExp) =>
    assert.throws(
      () => takeSessionEnv(env),
      (error) => error instanceof SessionExit && error.exitCode === 64 && pattern.test(error.message),
    )
  refused({}, /FROTA_HOME, FROTA_RUN, FROTA_SESSION, FROTA_SOCKET, FROTA_ADDRESS, FROTA_TICKET not set/)
  refused({ ...whole(), FROTA_SESSION: '../etc' }, /FROTA_SESSION: .*tenant name/)
})
