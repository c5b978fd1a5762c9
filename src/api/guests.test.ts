// One-time links ask for what stands in their own table, of the one session that they were made for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aPairPage, aQr, tokenIn } from '../../test/a-pair-page.js'
import type { HomeId, SessionId } from '../core/ids.js'
import { MAX_PHONES_OF_LINK } from '../core/one-time-links.js'
import type { CallAnswer } from '../core/protocol.js'
import { answerCalls } from './credentials.js'
import { GUEST_ACTS } from './guests.js'
import { VERBS } from './verbs.js'

const codeOf = ({ status, body }: CallAnswer) => [status, (body.error as { code?: string } | undefined)?.code ?? null]

async function aGuest(t: Parameters<typeof aPairPage>[0]) {
  const house = await aPairPage(t)
  const call = answerCalls(house.fleets, [], (thrown) => assert.fail(String(thrown)))
  const token = tokenIn(await house.make())
  const open = (visits: string[] = []) => call({ credential: `link_${token}`, verb: 'open', input: { visits } })
  const { visit } = (await open()).body.result as { visit: string }
  const ask = (verb: string, input = {}, credential = `visit_${visit}`) => call({ credential, verb, input })
  const look = async () => (await ask('pair.look')).body.result
  return { ...house, call, token, open, visit, ask, look }
}

test('neither a link nor a visit reaches any verb, nor each other’s acts', async (t) => {
  const { ask, token } = await aGuest(t)
  const own = Object.values(GUEST_ACTS).flatMap(Object.keys)
  assert.deepEqual(
    own.filter((act) => Object.hasOwn(VERBS, act)),
    [],
  )
  for (const verb of [...Object.keys(VERBS), 'toString', '__proto__', ''])
    for (const credential of [undefined, `link_${token}`])
      assert.deepEqual(codeOf(await ask(verb, {}, credential)), [400, 'NO_SUCH_VERB'], verb)
  assert.deepEqual(codeOf(await ask('pair.look', {}, `link_${token}`)), [400, 'NO_SUCH_VERB'])
  assert.deepEqual(codeOf(await ask('open')), [400, 'NO_SUCH_VERB'])
  for (const credential of ['visit_', `visit_${token}`, `visit_${'a'.repeat(43)}`, 'visit_../x'])
    assert.deepEqual(codeOf(await ask('pair.look', {}, credential)), [401, 'UNAUTHORIZED'], credential)
})

test('a visit sees its own session and nothing else, whatever it asks for', async (t) => {
  const { ask, asked, world } = await aGuest(t)
  world.answer = { ...aQr(1), reason: 'host memory 12 MB', account: 'x' }
  const about = (await ask('pair.about')).body.result as Record<string, unknown>
  assert.deepEqual(
    [about.customer, about.session, about.byPhone, (about.words as { app: string }).app],
    ['Padaria São João', 'Atendimento', true, 'WhatsApp'],
  )
  assert.deepEqual(Object.keys(about).sort(), ['byPhone', 'customer', 'expiresAt', 'session', 'words'])
  const { result } = (await ask('pair.look', { ref: 'acme/suporte', session: 'id-suporte' })).body
  assert.deepEqual(Object.keys(result as object).sort(), ['code', 'is'], 'no reasons of the house')
  assert.deepEqual(new Set(asked.map(([session]) => session)), new Set(['id-vendas']))
})

test('how far it is, is said in what a customer may know', async (t) => {
  const { ask, look, world } = await aGuest(t)
  const says = async (state: typeof world.state, answer: typeof world.answer) => {
    Object.assign(world, { state, answer })
    return look()
  }
  const waiting = { is: 'waiting', phone: null }
  assert.deepEqual(await says('starting', { paired: false }), { ...waiting, state: 'starting' })
  assert.deepEqual(await says('backoff', { paired: false, reason: 'x' }), { ...waiting, state: 'backoff' })
  for (const state of ['failed', 'stopped', 'waiting', 'fenced'] as const)
    assert.deepEqual(await says(state, aQr(1)), { is: 'stopped' })
  assert.deepEqual(await says('pairing', { paired: false, linkCode: 'ABCD-1234' }), { ...waiting, state: 'pairing' })
  assert.equal((await ask('pair.phone', { phone: '+55 11 99999-8888' })).status, 200)
  const phone = '+5511999998888'
  assert.deepEqual(await says('pairing', aQr(1)), { is: 'waiting', state: 'pairing', phone })
  const typed = { paired: false, linkCode: 'ABCD-1234' }
  assert.deepEqual(await says('pairing', typed), { is: 'code', code: 'ABCD-1234', phone })
  assert.deepEqual(await says('pairing', { paired: false, refused: true }), { is: 'refused', phone })
  assert.deepEqual(await says('ready', { paired: true }), { is: 'paired' })
  assert.deepEqual(await says('pairing', aQr(9)), { is: 'paired' }, 'used is used: no other code is ever shown')
})

test('a phone is taken as its kind takes it, and only so many', async (t) => {
  const { ask, asked } = await aGuest(t)
  for (const phone of ['11 99999-8888', '', 'ana', '+0 11', '+55 11 99999-8888; x'])
    assert.deepEqual(codeOf(await ask('pair.phone', { phone })), [422, 'BAD_PHONE'], phone)
  assert.deepEqual(codeOf(await ask('pair.phone', { phone: 7 })), [400, 'BAD_INPUT'])
  assert.deepEqual(asked, [])
  const statuses = []
  for (let n = 0; n <= MAX_PHONES_OF_LINK; n++)
    statuses.push(codeOf(await ask('pair.phone', { phone: `+551199999000${n}` })))
  assert.deepEqual(statuses.at(-1), [403, 'TOO_MANY_PHONES'])
  assert.ok(statuses.slice(0, -1).every(([status]) => status === 200))
})

test('who made a link and that it was opened is in the audit, without its secret; what cannot be told of is not done', async (t) => {
  const { store, acme, token, visit, open, make, operator } = await aGuest(t)
  assert.equal((await open([visit])).status, 200, 'the same browser again')
  await operator.sessions.endPairLink({ ref: 'acme/vendas' })
  const { entries } = await store.tenant(acme).auditTrail({ limit: 99 })
  const told = entries.map(({ actor, action, subject }) => [actor.replace(/[0-9a-f]{12}$/, 'ID'), action, subject])
  assert.deepEqual(told, [
    ['operator:cli', 'session.pair-link', 'acme/vendas'],
    ['link:ID', 'session.pair-link-open', 'acme/vendas'],
    ['operator:cli', 'session.pair-link-end', 'acme/vendas'],
  ])
  assert.ok(![token, visit].some((secret) => JSON.stringify(entries).includes(secret)))
  assert.deepEqual(codeOf(await open()), [401, 'UNAUTHORIZED'])
  await store.close()
  await assert.rejects(make())
})

test('a link is made for what can be paired, where somebody could open it', async (t) => {
  const { make, operator, parts, world } = await aPairPage(t)
  const refusal = async (work: () => Promise<unknown>) => {
    try {
      return await work()
    } catch (thrown) {
      return (thrown as { code: string }).code
    }
  }
  assert.equal(await refusal(() => make('acme/a')), 'NOT_PAIRED')
  assert.equal(await refusal(() => make('acme/vendas', 'fr')), 'BAD_LANGUAGE')
  assert.match((await make('acme/vendas', 'es-MX')).url, /\/pair\?lang=es#[\w-]{43}$/)
  world.state = 'ready'
  assert.equal(await refusal(() => make()), 'ALREADY_PAIRED')
  world.state = 'pairing'
  assert.deepEqual(await operator.sessions.endPairLink({ ref: 'acme/vendas' }), { ended: true })
  assert.deepEqual(await operator.sessions.endPairLink({ ref: 'acme/vendas' }), { ended: false })
  parts.settings.gateway = 'off'
  assert.equal(await refusal(() => make()), 'GATEWAY_OFF')
  Object.assign(parts.settings, { gateway: 'auto', publicUrl: null })
  assert.equal(await refusal(() => make()), 'NO_PUBLIC_URL')
})

test('a link of a session that was removed, or that another home has by now, has ended', async (t) => {
  const { ask, open, make, store, acme, operator } = await aGuest(t)
  await store.tenant(acme).changeSession('id-suporte' as SessionId, { home: 'elsewhere' as HomeId })
  await assert.rejects(make('acme/suporte'), { code: 'NOT_THIS_HOME' })
  const late = tokenIn(await make())
  await operator.sessions.endPairLink({ ref: 'acme/vendas' })
  const token = tokenIn(await make())
  await store.tenant(acme).removeSession('id-vendas' as SessionId)
  assert.deepEqual(codeOf(await ask('pair.about')), [401, 'UNAUTHORIZED'])
  for (const one of [late, token])
    assert.deepEqual(codeOf(await ask('open', { visits: [] }, `link_${one}`)), [401, 'UNAUTHORIZED'])
  assert.deepEqual(codeOf(await open()), [401, 'UNAUTHORIZED'])
})
