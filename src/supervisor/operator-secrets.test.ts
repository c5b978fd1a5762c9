import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperatorSecret, Snapshot } from '../store/store.js'
import { operatorSecretsIn } from './operator-secrets.js'

const secret = (name: string, at = 1): OperatorSecret => ({
  name,
  sealed: `sealed ${name}`,
  last4: '',
  fingerprint: 'f',
  updatedAt: new Date(at),
})

function given(secrets: OperatorSecret[] | null) {
  const snapshot = secrets && ({ operatorSecrets: secrets } as Snapshot)
  const open = ({ sealed }: { sealed: string }) => `opened ${sealed}`
  return operatorSecretsIn({ operator: { seal: () => assert.fail('only opened'), open } }, () => snapshot)
}

test('a host service is given what is asked for by name, and none of the operator’s other secrets', () => {
  const { names, open } = given([secret('TOKEN'), secret('SMTP_KEY'), secret('BOT_A')])
  assert.deepEqual(names(), ['TOKEN', 'SMTP_KEY', 'BOT_A'])
  assert.deepEqual(open(['TOKEN', 'BOT_A', 'NONE']), { TOKEN: 'opened sealed TOKEN', BOT_A: 'opened sealed BOT_A' })
  assert.deepEqual(open([]), {})
  assert.deepEqual([given(null).names(), given(null).open(['TOKEN'])], [[], {}])
})

test('the version changes with those that are asked for, and with no others', () => {
  const first = given([secret('TOKEN')]).version(['TOKEN'])
  assert.equal(given([secret('SMTP_KEY'), secret('TOKEN')]).version(['TOKEN']), first)
  assert.notEqual(given([secret('TOKEN', 2)]).version(['TOKEN']), first)
  assert.deepEqual([given([]).version(['TOKEN']), given(null).version(['TOKEN'])], ['', ''])
})
