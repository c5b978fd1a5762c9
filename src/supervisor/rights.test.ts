import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aUnit, ready } from '../../test/a-unit.js'
import type { Carrier } from './carry.js'
import type { Context } from './context.js'
import { openRights } from './rights.js'

/** A store that answers a claim when, and as, the test says. */
function aHome() {
  const asked: { accounts: string[]; answer(taken: string[]): void }[] = []
  let isAway = false
  const stopped: string[] = []
  const claim = (_: string, source: string, accounts: string[]) =>
    new Promise<{ taken: string[] }>((resolve, reject) => {
      if (isAway) return reject(new Error('no answer'))
      assert.equal(source, 'seen')
      asked.push({ accounts, answer: (taken) => resolve({ taken }) })
    })
  const parts = { store: { tenant: () => ({ claim }) }, vault: { claim: (account: string) => `#${account}` } }
  const carrier = { stop: async (_: unknown, { reason }: { reason: string }) => void stopped.push(reason) }
  const context = { parts, roster: { save: () => undefined } } as unknown as Context
  const rights = openRights(context, carrier as unknown as Carrier)
  const away = (is: boolean) => {
    isAway = is
  }
  return { asked, stopped, rights, away, unit: aUnit(ready()) }
}

test('accounts are claimed as seen, all in one question, and a slow store is asked once, however often it beats', async () => {
  const { asked, rights, unit } = aHome()
  const beats = [1, 2, 3].map(() => rights.claimAccounts(unit, ['phone:1', 'phone:2']))
  asked[0]?.answer([])
  await Promise.all(beats)
  assert.deepEqual(
    [asked.map(({ accounts }) => accounts), unit.accounts],
    [[['#phone:1', '#phone:2']], ['phone:1', 'phone:2']],
  )
})

test('whoever comes second to an account is stopped; a claim that could not be made is made by a later beat', async () => {
  const { asked, stopped, rights, away, unit } = aHome()
  away(true)
  await assert.rejects(rights.claimAccounts(unit, ['phone:1', 'phone:2']))
  away(false)
  const second = rights.claimAccounts(unit, ['phone:1', 'phone:2'])
  asked[0]?.answer(['#phone:1'])
  await second
  assert.match(stopped.join(), /another session already attends this account/)
  assert.equal(unit.accounts, null)
})
