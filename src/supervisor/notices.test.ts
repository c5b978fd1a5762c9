// What tenants are told, over a real ledger, a real store and a real receiver; a crash is a ledger opened anew.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ACME, aSession, aTenant, sessionId } from '../../test/a-unit.js'
import { aReceiver, type Posted } from '../../test/receivers.js'
import type { HomeId, TenantId } from '../core/ids.js'
import { NOTICE, type Notice } from '../core/notices.js'
import { RowRefused } from '../core/put-aside.js'
import { type CustomerChannel, channelPurpose } from '../notify/channels.js'
import type { Alert, SessionAlert } from '../notify/notifier.js'
import { noticeId } from '../runtime/notices.js'
import { migrateSqlite, openSqliteStore } from '../store/sqlite.js'
import { type HomeStore, type Snapshot, StoreUnavailable } from '../store/store.js'
import { openTenantVault, openVault } from '../vault/vault.js'
import { openHistory } from './history.js'
import { openLedger } from './ledger.js'
import { openNotices } from './notices.js'
import type { SupervisorParts } from './parts.js'

async function aHome(t: TestContext, plan = 'pro') {
  const dir = mkdtempSync(join(tmpdir(), 'frota-notices-'))
  migrateSqlite(join(dir, 'frota.db'))
  const store = openSqliteStore(join(dir, 'frota.db'))
  const receiver = await aReceiver(t)
  await store.addTenant(aTenant({ plan }))
  await store.tenant(ACME).addSession(aSession('vendas', { home: 'home' as HomeId }), null)
  const vault = await openVault({ masterKey: null, keyFile: join(dir, 'master.key'), store, storeIsLocal: true })
  const own = store.tenant(ACME)
  const alerts: string[] = []
  const closers: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const close of closers) await close()
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const clock = { aheadMs: 0 }
  const now = () => new Date(Date.now() + clock.aheadMs)
  return { dir, store, receiver, vault, alerts, clock, channel, supervisor }

  async function channel(name: string, topics: string[] = [], settings?: CustomerChannel) {
    const webhook = { url: `${receiver.url}/${name}`, secret: null }
    const box = (await openTenantVault(vault, ACME, own)).box(channelPurpose(name))
    const sealed = box.seal(JSON.stringify(settings ?? { webhook, allowPrivate: true }))
    await own.putChannel({ name, type: 'webhook', topics, sealed, updatedAt: new Date() })
  }

  /** One run of the supervisor, as far as this is concerned. */
  async function supervisor(append: (home: HomeStore) => HomeStore['append'] = (home) => home.append) {
    const ledger = openLedger(join(dir, 'ledger.db'))
    const home = store.home('home' as HomeId)
    let snapshot: Snapshot | null = await home.snapshot()
    let say: (alert: SessionAlert) => void = () => undefined
    const parts = {
      ledger,
      vault,
      now,
      random: () => 0,
      log: { warn: () => undefined },
      onSay: (listener: typeof say) => (say = listener),
      alert: ({ title, text: said }: Alert) => alerts.push(`${title}: ${said}`),
      clearAlert: (key: string) => alerts.push(`over: ${key.split('/')[1]}`),
    } as unknown as SupervisorParts
    const notices = openNotices(parts, { snapshot: () => snapshot })
    notices.align()
    const refusals = { row: () => undefined, all: assert.fail, over: assert.fail }
    const taking = { ...home, append: append(home) }
    const history = openHistory({ store: taking, ledger, notices, now }, refusals)
    let isClosed = false
    const close = async () => {
      if (isClosed) return
      isClosed = true
      await notices.close()
      ledger.close()
    }
    closers.push(close)
    return {
      notices,
      close,
      say: (alert: SessionAlert) => say(alert),
      tell: (...told: Notice[]) => history.append({ events: told.map(eventOf), keeps: [], forgets: [] }),
      async read() {
        snapshot = await home.snapshot()
        notices.align()
      },
    }
  }
}

const notice = (key: string, change: Partial<Notice> = {}): Notice => ({
  key,
  level: 'info',
  title: `About ${key}`,
  text: 'Something happened.',
  ...change,
})

/** Kept by the store for as long as its plan keeps anything. */
const AT = new Date(Date.now() + 1_000)

const eventOf = (told: Notice) => ({
  id: noticeId(sessionId('vendas'), told.key),
  tenantId: ACME,
  session: sessionId('vendas'),
  at: AT,
  type: NOTICE,
  data: { ...told },
})

async function until(what: string, isSo: () => boolean) {
  for (const giveUpAt = performance.now() + 20_000; !isSo(); await sleep(5))
    if (performance.now() > giveUpAt) assert.fail(`not seen: ${what}`)
}

const titlesOf = (posted: Posted[]) => posted.map(({ path, body }) => `${path} ${body.title}`).sort()

test('a notice is told once, however often its batch or its key comes, and says who told it', async (t) => {
  const { receiver, channel, supervisor } = await aHome(t)
  await channel('ops')
  const { tell } = await supervisor()
  await tell(notice('one'), notice('one', { title: 'Again' }), notice('two'))
  await tell(notice('one'), notice('three'))
  await until('three messages', () => receiver.posted.length === 3)
  await tell(notice('last'))
  await until('the last one', () => receiver.posted.length === 4)
  assert.deepEqual(
    titlesOf(receiver.posted),
    ['last', 'one', 'three', 'two'].map((key) => `/ops About ${key}`),
  )
  const { id, ...first } = receiver.posted[0]?.body ?? {}
  assert.equal(id, noticeId(sessionId('vendas'), 'one'))
  const expected = { type: 'notice', ...notice('one'), session: 'acme/vendas', at: AT.toISOString() }
  assert.deepEqual(first, expected)
})

test('killed between the store’s commit and the telling, the next supervisor tells it when the batch comes again, once', async (t) => {
  const { receiver, channel, supervisor } = await aHome(t)
  await channel('ops')
  const dying = await supervisor((home) => async (...said) => {
    await home.append(...said)
    throw new StoreUnavailable('sqlite', 'the answer never came')
  })
  await assert.rejects(dying.tell(notice('one')), StoreUnavailable)
  await dying.close()
  assert.deepEqual(receiver.posted, [])
  const next = await supervisor()
  await next.tell(notice('one'))
  await next.tell(notice('one'), notice('last'))
  await until('both', () => receiver.posted.length === 2)
  assert.deepEqual(titlesOf(receiver.posted), ['/ops About last', '/ops About one'])
})

test('what waited for a channel is told by the next supervisor, and what was told is not', async (t) => {
  const { receiver, channel, supervisor } = await aHome(t)
  await channel('ops')
  const first = await supervisor()
  await first.tell(notice('told'))
  await until('the first', () => receiver.posted.length === 1)
  receiver.status = 503
  await first.tell(notice('waits'))
  assert.equal(first.notices.states(ACME).get('ops')?.waiting, 1)
  await first.close()
  receiver.status = 200
  const next = await supervisor()
  await until('the second', () => receiver.posted.length === 2)
  await until('nothing waits', () => next.notices.states(ACME).get('ops')?.waiting === 0)
  assert.deepEqual(titlesOf(receiver.posted), ['/ops About told', '/ops About waits'])
})

test('what the store had already was told by whoever brought it there: another home, or one whose ledger is gone', async (t) => {
  const { dir, store, receiver, channel, supervisor } = await aHome(t)
  await channel('ops')
  await store.home('other' as HomeId).append([eventOf(notice('old'))])
  const first = await supervisor()
  await first.tell(notice('old'), notice('new'))
  await until('the new one', () => receiver.posted.length === 1)
  await first.close()
  for (const left of ['', '-wal', '-shm']) rmSync(join(dir, `ledger.db${left}`), { force: true })
  const next = await supervisor()
  await next.tell(notice('old'), notice('new'), notice('newest'))
  await until('the newest', () => receiver.posted.length === 2)
  assert.deepEqual(titlesOf(receiver.posted), ['/ops About new', '/ops About newest'])
})

test('a batch that the store turned away is told when it is taken, and nothing that was told before', async (t) => {
  const { store, receiver, channel, supervisor } = await aHome(t)
  await channel('ops')
  await store.home('other' as HomeId).append([eventOf(notice('old'))])
  const { tell } = await supervisor((home) => async (...said) => {
    if (said[0].some(({ data }) => data.key === 'bad')) throw new RowRefused('sqlite', 'not a row')
    return home.append(...said)
  })
  await tell(notice('old'), notice('bad'), notice('new'))
  await until('the new one', () => receiver.posted.length === 1)
  await tell(notice('last'))
  await until('the last one', () => receiver.posted.length === 2)
  assert.deepEqual(titlesOf(receiver.posted), ['/ops About last', '/ops About new'])
})

test('a channel gets its topics; one without any gets everything, also what the supervisor sees', async (t) => {
  const { receiver, channel, supervisor } = await aHome(t)
  await channel('all')
  await channel('loud', ['critical', 'warning'])
  await channel('states', ['session'])
  const { tell, say } = await supervisor()
  await tell(notice('i'), notice('w', { level: 'warning' }), notice('c', { level: 'critical' }))
  const alert: SessionAlert = {
    ...{ key: 'session:1', level: 'critical', title: 'acme/vendas failed', text: '/srv/x' },
    ...{ session: 'acme/vendas', at: new Date() },
  }
  say(alert)
  say({ ...alert, customer: { tenant: 'other' as TenantId, title: 'Another’s', text: '' } })
  say({ ...alert, customer: { tenant: ACME, title: 'Vendas has stopped', text: 'Wait.' } })
  await until('all of it', () => receiver.posted.length === 7)
  assert.deepEqual(titlesOf(receiver.posted), [
    ...['/all About c', '/all About i', '/all About w', '/all Vendas has stopped'],
    ...['/loud About c', '/loud About w', '/states Vendas has stopped'],
  ])
  const told = receiver.posted.find(({ path }) => path === '/states')?.body
  assert.deepEqual([told?.type, told?.text, told?.level], ['alert', 'Wait.', 'critical'])
  assert.doesNotMatch(JSON.stringify(receiver.posted), /srv|customer/)
})

test('without notifications in its plan a tenant is told nothing, then or later', async (t) => {
  const { store, receiver, channel, supervisor } = await aHome(t, 'free')
  await channel('ops')
  const { tell, read, notices } = await supervisor()
  await tell(notice('before'))
  assert.equal(await notices.test(ACME, 'ops'), 'there is no such channel')
  await store.changeTenant(ACME, { plan: 'pro' })
  await read()
  await tell(notice('before'), notice('after'))
  await until('the later one', () => receiver.posted.length === 1)
  assert.equal(await notices.test(ACME, 'ops'), null)
  assert.deepEqual(titlesOf(receiver.posted), ['/ops A test message', '/ops About after'])
})

test('that a channel does not work is told to the operator once, also across restarts, and its tenant is told by others', async (t) => {
  const { receiver, channel, supervisor, alerts } = await aHome(t)
  await channel('good')
  await channel('bad', [], { webhook: { url: 'http://127.0.0.1:1/', secret: null } })
  await channel('gone')
  const first = await supervisor()
  assert.match(alerts[0] ?? '', /^acme: its channel bad does not work: The webhook must be an https/)
  await first.tell(notice('one'))
  await until('the good one', () => receiver.posted.length === 2)
  receiver.status = 404
  await first.tell(notice('two'))
  await until('two more alerts', () => alerts.length === 3)
  assert.match(first.notices.states(ACME).get('good')?.error ?? '', /HTTP 404/)
  assert.ok(first.notices.states(ACME).get('good')?.sentAt instanceof Date)
  await first.close()
  const next = await supervisor()
  await next.tell(notice('three'))
  await until('that is given up too', () => next.notices.states(ACME).get('good')?.waiting === 0)
  assert.equal(alerts.length, 3)
  receiver.status = 200
  await next.tell(notice('four'))
  await until('it works again', () => alerts.includes('over: good'))
  assert.equal(next.notices.states(ACME).get('good')?.error, null)
})

test('what was told is remembered as long as the history reaches back, and no longer', async (t) => {
  const { store, receiver, channel, supervisor, clock } = await aHome(t)
  await channel('ops')
  const { tell, notices } = await supervisor()
  const later = async (days: number, ...told: Notice[]) => {
    clock.aheadMs = days * 24 * 60 * 60_000
    notices.prune()
    await store.home('home' as HomeId).prune(new Date(Date.now() + clock.aheadMs))
    await tell(...told)
  }
  await later(0, notice('one'))
  await later(29, notice('one'), notice('two'))
  await later(31, notice('one'), notice('two'))
  await until('all three', () => receiver.posted.length === 3)
  assert.deepEqual(titlesOf(receiver.posted), ['/ops About one', '/ops About one', '/ops About two'])
})
