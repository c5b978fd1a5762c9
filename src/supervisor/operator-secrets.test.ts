import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperatorSecret, Snapshot } from '../store/store.js'
import { operatorSecretsFor } from './operator-secrets.js'

const secret = (name: string, at = 1): OperatorSecret => ({
  name,
  sealed: `sealed ${name}`,
  last4: '',
  fingerprint: 'f',
  updatedAt: new Date(at),
})
const unused = () => assert.fail('only opened')

function given(secrets: OperatorSecret[] | null, needs: Record<string, 'required' | 'optional'> | undefined) {
  const snapshot = secrets && ({ operatorSecrets: secrets } as Snapshot)
  const parts = {
    vault: {
      tenant: unused,
      claim: unused,
      operator: { seal: unused, open: ({ sealed }: { sealed: string }) => `opened ${sealed}` },
    },
  }
  return operatorSecretsFor({ parts, wanted: { snapshot: () => snapshot } }, needs)
}

test('a host service is given what it declares, and none of the operator’s other secrets', () => {
  const all = [secret('TOKEN'), secret('SMTP_KEY'), secret('BOT_A')]
  const { missing, open } = given(all, { TOKEN: 'required', 'BOT_*': 'optional', OTHER: 'required', MAYBE: 'optional' })
  assert.deepEqual(open(), { TOKEN: 'opened sealed TOKEN', BOT_A: 'opened sealed BOT_A' })
  assert.deepEqual(missing, ['OTHER'])
  assert.deepEqual(given(all, undefined).open(), {})
})

test('its version changes with those that it declares, and with no others', () => {
  const needs = { TOKEN: 'required' } as const
  const first = given([secret('TOKEN')], needs).version
  assert.equal(given([secret('SMTP_KEY'), secret('TOKEN')], needs).version, first)
  assert.notEqual(given([secret('TOKEN', 2)], needs).version, first)
  assert.deepEqual([given([], needs).version, given(null, needs).version], ['', ''])
  assert.deepEqual(given(null, needs).missing, ['TOKEN'])
})
