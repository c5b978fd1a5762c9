import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitsPattern, isSecretPattern, missingSecrets, readsSecret } from './secret-names.js'

test('a name with a star stands for every name that has something in its place, one without for itself alone', () => {
  const fits = ['BOT_SALES', 'BOT_A', 'BOT_', 'BOT_*', 'ROBOT_A', 'BOT_a', 'BOT_A B', 'BOT_A_KEY']
  assert.deepEqual(
    fits.filter((name) => fitsPattern('BOT_*', name)),
    ['BOT_SALES', 'BOT_A', 'BOT_A_KEY'],
  )
  assert.deepEqual(
    ['EX_A_KEY', 'EX_KEY', 'EX__KEY', 'EX_A_SECRET'].filter((name) => fitsPattern('EX_*_KEY', name)),
    ['EX_A_KEY'],
  )
  assert.deepEqual([fitsPattern('KEY', 'KEY'), fitsPattern('KEY', 'KEY_2')], [true, false])
})

test('a kind reads what it names and nothing else; of a required star one name is enough', () => {
  const needs = { KEY: 'required', 'BOT_*': 'required', 'EX_*': 'optional' } as const
  assert.deepEqual(
    ['KEY', 'BOT_A', 'EX_A', 'OTHER'].map((name) => readsSecret(needs, name)),
    [true, true, true, false],
  )
  assert.equal(readsSecret(undefined, 'KEY'), false)
  assert.deepEqual(missingSecrets(needs, ['OTHER']), ['KEY', 'BOT_*'])
  assert.deepEqual(missingSecrets(needs, ['KEY', 'BOT_A']), [])
})

test('a kind cannot ask for everything, nor for a name that nobody could set', () => {
  const asked = ['KEY', 'BOT_*', 'EX_*_KEY', 'B*', '*', '*_KEY', 'A_*_*', 'key', 'A-B', '', 'X'.repeat(65)]
  assert.deepEqual(asked.filter(isSecretPattern), ['KEY', 'BOT_*', 'EX_*_KEY', 'B*'])
})
