import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aUnit, ready } from '../../test/a-unit.js'
import type { Carrier } from './carry.js'
import type { Context } from './context.js'
import { openRights } from './rights.js'

/** A store that answers a claim when, and as, the test says. */
function aHome() {
  const asked: { accounts: string[]; answer(taken: string[]): void }[] = []
  const stopped: string[] = []
  const claim = (_: string, accounts: string[]) =>
    new Promise<{ taken: string[] }>((resolve) => {
      asked.push({ accounts, answer: (taken) => resolve({ taken }) })
    })
  const parts = { store: { tenant: () => ({ claim }) }, vault: { claim: (account: string) => `#${account}` } }
  const carrier = { stop: async (_: unknown, { reason }: { reason: string }) => void stopped.push(reason) }
  const context = { parts, roster: { save: () => undefined } } as unknown as Context
  const rights = openRights(context, carrier as unknown as Carrier)
  return { asked, stopped, rights, unit: aUnit(ready()) }
}

test('an account is claimed with what the config declares, and a slow store is asked once, however often it beats', async () => {
  const { asked, rights, unit } = aHome()
  const beats = [1, 2, 3].map(() => rights.claimAccount(unit, 'phone:1', () => ['bot:1']))
  asked[0]?.answer([])
  await Promise.all(beats)
  assert.deepEqual([asked.map(({ accounts }) => accounts), unit.accounts], [[['#bot:1', '#phone:1']], ['phone:1']])
})

test('whoever comes second to an account is stopped; a claim that could not be made is made by a later beat', async () => {
  const { asked, stopped, rights, unit } = aHome()
  await assert.rejects(rights.claimAccount(unit, 'phone:1', () => assert.fail('no secret could be opened')))
  const second = rights.claimAccount(unit, 'phone:1', () => [])
  asked[0]?.answer(['#phone:1'])
  await second
  assert.match(stopped.join(), /another session already attends this account/)
  assert.deepEqual(unit.accounts, [])
})
