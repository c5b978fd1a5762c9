import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BY_TROUBLE, type LsRow, type StateName } from '../core/states.js'
import { newList, press, takeBack, takeRows } from './list-state.js'

const WINDOW = 5

const aRow = (session: string, state: StateName, change: Partial<LsRow> = {}): LsRow => ({
  session,
  tenant: session.split('/')[0] ?? '',
  name: session.split('/')[1] ?? '',
  kind: 'whatsapp',
  wanted: state === 'stopped' ? 'stopped' : 'running',
  state,
  reason: null,
  since: null,
  pid: null,
  port: null,
  host: null,
  rssBytes: null,
  cpuPercent: null,
  restarts: 0,
  lastBeatAt: null,
  outdated: false,
  oldProgram: false,
  detail: {},
  ...change,
})

const NAMED: Record<string, string> = { enter: 'return' }
const key = (text: string) => {
  const isLetter = [...text].length === 1
  return { name: isLetter ? text.toLowerCase() : (NAMED[text] ?? text), letter: isLetter ? text : null }
}

function listOf(...rows: LsRow[]) {
  const list = newList()
  takeRows(list, rows)
  return {
    list,
    press: (...keys: string[]) => keys.map((text) => press(list, key(text), WINDOW)).at(-1),
    shown: () => list.rows.map(({ session }) => session),
    chosen: () => list.rows[list.scroll.at]?.session,
  }
}

test('s asks before it stops what works, starts what is stopped or failed, and stops without a question what only waits', () => {
  const cases: [StateName, string][] = [
    ['ready', 'asks to stop'],
    ['degraded', 'asks to stop'],
    ['starting', 'asks to stop'],
    ['pairing', 'asks to stop'],
    ['backoff', 'stop'],
    ['waiting', 'stop'],
    ['fenced', 'stop'],
    ['failed', 'start'],
    ['stopped', 'start'],
  ]
  for (const [state, expected] of cases) {
    const { list, press } = listOf(aRow('acme/a', state))
    const wish = press('s')
    const said = wish?.is === 'change' ? wish.change : list.question ? `asks to ${list.question.change}` : 'nothing'
    assert.equal(said, expected, state)
  }
})

test('only a y is a yes: Enter, Esc and every other key leave the session as it is', () => {
  const { list, press } = listOf(aRow('acme/a', 'ready'))
  for (const no of ['enter', 'n', 'down', 's', ' ']) {
    press('r')
    assert.deepEqual(list.question, { change: 'restart', refs: ['acme/a'], working: 1 })
    assert.equal(press(no), undefined, no)
    assert.equal(list.question, null)
    assert.equal(list.marked.size, 0, 'the key that answers does nothing else')
  }
  press('s')
  assert.ok(takeBack(list))
  assert.equal(list.question, null)
  press('s')
  assert.deepEqual(press('y'), { is: 'change', change: 'stop', refs: ['acme/a'] })
})

test('of several marked ones s starts those that are not wanted before it ever stops one', () => {
  const { list, press } = listOf(aRow('acme/a', 'ready'), aRow('acme/b', 'stopped'), aRow('acme/c', 'backoff'))
  assert.deepEqual(press('a', 's'), { is: 'change', change: 'start', refs: ['acme/b'] })
  takeRows(list, [aRow('acme/a', 'ready'), aRow('acme/b', 'ready'), aRow('acme/c', 'backoff')])
  press('s')
  assert.deepEqual(list.question, { change: 'stop', refs: ['acme/a', 'acme/b', 'acme/c'], working: 2 })
})

test('the chosen and the marked session stay so while others come, go and move', () => {
  const { list, press, chosen } = listOf(aRow('acme/a', 'ready'), aRow('acme/b', 'ready'), aRow('acme/c', 'ready'))
  press('down', ' ')
  assert.equal(chosen(), 'acme/c')
  takeRows(list, [aRow('aaa/x', 'ready'), aRow('acme/b', 'failed'), aRow('acme/c', 'ready'), aRow('acme/d', 'failed')])
  assert.equal(chosen(), 'acme/c')
  press('o')
  assert.equal(chosen(), 'acme/c')
  assert.deepEqual(press('l'), { is: 'logs', refs: ['acme/b'] })
  takeRows(list, [aRow('acme/c', 'ready'), aRow('acme/d', 'ready')])
  assert.deepEqual(press('l'), { is: 'logs', refs: ['acme/c'] }, 'who is gone is not marked any more')
  takeRows(list, [aRow('acme/d', 'ready')])
  assert.equal(chosen(), 'acme/d')
  takeRows(list, [])
  assert.equal(press('enter'), undefined)
  assert.equal(press('s'), undefined)
})

test('o brings those that need a person to the top, and once more the order of before', () => {
  const states: StateName[] = ['ready', 'backoff', 'stopped', 'failed', 'pairing', 'failed']
  const { press, shown } = listOf(...states.map((state, i) => aRow(`acme/${i}`, state)))
  press('o')
  assert.deepEqual(shown(), ['acme/3', 'acme/5', 'acme/1', 'acme/4', 'acme/0', 'acme/2'])
  press('o')
  assert.deepEqual(shown(), ['acme/0', 'acme/1', 'acme/2', 'acme/3', 'acme/4', 'acme/5'])
})

test('after a slash letters look for name, state or account instead of doing anything; Esc shows all again', () => {
  const { list, press, shown } = listOf(
    aRow('acme/sales', 'ready', { detail: { phone: '5511990000001', name: 'Loja da Ana' } }),
    aRow('acme/help', 'failed'),
    aRow('bella/sales', 'stopped'),
  )
  assert.equal(press('/', ...'sales'), undefined)
  assert.deepEqual(shown(), ['acme/sales', 'bella/sales'])
  assert.deepEqual(press('down', 'enter', 's'), { is: 'change', change: 'start', refs: ['bella/sales'] })
  for (const text of ['9900000', 'loja DA', 'READY']) {
    assert.ok(takeBack(list))
    press('/', ...text)
    assert.deepEqual(shown(), ['acme/sales'], text)
  }
  press(...'xx', 'backspace', 'backspace')
  assert.deepEqual(shown(), ['acme/sales'])
  assert.ok(takeBack(list))
  assert.equal(shown().length, 3)
  assert.equal(takeBack(list), false, 'then Esc leads back')
})

test('Esc takes back one thing at a time, and q leaves at once', () => {
  const { list, press } = listOf(aRow('acme/a', 'ready'), aRow('acme/b', 'ready'))
  press('a', '/', 'a', 'enter', 's')
  const left = () => [list.question !== null, list.wanted, list.marked.size]
  assert.deepEqual(left(), [true, 'a', 2])
  takeBack(list)
  assert.deepEqual(left(), [false, 'a', 2])
  takeBack(list)
  assert.deepEqual(left(), [false, '', 2])
  takeBack(list)
  assert.deepEqual(left(), [false, '', 0])
  assert.equal(takeBack(list), false)
  assert.deepEqual(press('a', 'q'), { is: 'leave' })
})

test('j, k and the arrows move alike, never past an end', () => {
  const { press, chosen } = listOf(...['a', 'b', 'c'].map((name) => aRow(`acme/${name}`, 'ready')))
  for (const [text, at] of [
    ['k', 'a'],
    ['j', 'b'],
    ['down', 'c'],
    ['j', 'c'],
    ['up', 'b'],
    ['home', 'a'],
    ['end', 'c'],
  ] as const) {
    press(text)
    assert.equal(chosen(), `acme/${at}`, text)
  }
})

test('trouble first is the order of frota ls --watch, so that both name the same session first', () => {
  const { press, shown } = listOf(...BY_TROUBLE.toReversed().map((state) => aRow(`acme/${state}`, state)))
  press('o')
  assert.deepEqual(
    shown(),
    BY_TROUBLE.map((state) => `acme/${state}`),
  )
})
