import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBeat, aLive, aUnit, NOW, ready, stopped } from '../../test/a-unit.js'
import { alertFor } from './alerting.js'
import type { Life, Unit } from './unit.js'

const pairing: Life = { state: 'pairing', since: NOW, reason: null, live: aLive() }
const backoff: Life = { state: 'backoff', since: NOW, reason: 'crashed (exit 1)', retryAt: NOW }
const failed: Life = { state: 'failed', since: NOW, reason: 'logged out', clears: 'start' }
const stopping = (byRule: boolean): Life => ({
  state: 'stopping',
  since: NOW,
  reason: 'uses 600 MB of the 512 MB it may',
  live: aLive(),
  killAt: NOW,
  next: { state: 'restart', byRule },
})

function heard(life: Life, before: Life, change: Partial<Unit> = {}): string {
  const alert = alertFor({ unit: aUnit(life, change), before }, 'Vendas')
  return alert ? `${alert.level}: ${alert.title}` : 'nothing'
}

test('an operator hears of what needs a person, and of nothing else', () => {
  const flapping = { attempts: { recentExits: [], sinceReady: 1, flappingTold: true } }
  const table: [string, string, string][] = [
    ['ready', heard(ready(), stopped), 'nothing'],
    ['stopped', heard(stopped, ready()), 'nothing'],
    ['one crash', heard(backoff, ready()), 'nothing'],
    ['many crashes', heard(backoff, ready(), flapping), 'warning: acme/vendas keeps crashing'],
    ['failed', heard(failed, ready()), 'critical: acme/vendas failed'],
    ['failed still', heard(failed, failed), 'nothing'],
    ['first pairing', heard(pairing, stopped), 'info: acme/vendas needs pairing'],
    ['lost its pairing', heard(pairing, ready()), 'critical: acme/vendas was unpaired'],
    [
      'silent while it waited for a phone',
      heard(pairing, { ...pairing, state: 'degraded' }),
      'info: acme/vendas needs pairing',
    ],
    [
      'its login was not shown for minutes',
      heard(
        { ...pairing, live: aLive({ beat: aBeat({ accounts: ['whatsapp:+55119'] }) }) },
        { ...pairing, state: 'degraded' },
      ),
      'critical: acme/vendas needs pairing again',
    ],
    ['restarted by rule', heard(stopping(true), ready()), 'warning: acme/vendas is restarted'],
    ['restarted by an operator', heard(stopping(false), ready()), 'nothing'],
  ]
  for (const [what, is, expected] of table) assert.equal(is, expected, what)
})

test('an alert says what to do', () => {
  assert.match(alertFor({ unit: aUnit(pairing), before: stopped }, 'Vendas')?.text ?? '', /frota pair acme\/vendas/)
  assert.match(alertFor({ unit: aUnit(failed), before: stopped }, 'Vendas')?.text ?? '', /logged out.*person/)
})

test('a customer is told the same in words for a customer: no path, no command, no reason that is the operator’s', () => {
  const flapping = { attempts: { recentExits: [], sinceReady: 1, flappingTold: true } }
  const reason =
    'journal gone; put /srv/frota/tokens/acme/vendas/journal.db back, or: frota recover acme/vendas (exit 64)'
  const broken: Life = { ...failed, reason }
  const said = (life: Life, before: Life = ready(), change: Partial<Unit> = {}) =>
    alertFor({ unit: aUnit(life, change), before }, 'Vendas')?.customer
  const table: [string, ReturnType<typeof said>][] = [
    ['Vendas has stopped', said(broken)],
    ['Vendas has stopped: its settings do not work', said({ ...broken, exitCode: 64 })],
    ['Vendas has stopped: its settings do not work', said({ ...broken, clears: 'config' })],
    ['Vendas has stopped: its login was refused', said({ ...broken, exitCode: 65 })],
    ['Vendas has stopped: the plan does not allow it', said({ ...broken, exitCode: 67 })],
    ['Vendas keeps ending', said({ ...backoff, reason }, ready(), flapping)],
    ['Vendas is restarted', said(stopping(true))],
    ['Vendas was unpaired', said(pairing)],
    ['Vendas waits to be paired', said(pairing, stopped)],
    [
      'Vendas needs to be paired again',
      said(
        { ...pairing, reason, live: aLive({ beat: aBeat({ accounts: ['whatsapp:+55119'] }) }) },
        { ...pairing, state: 'degraded' },
      ),
    ],
  ]
  for (const [title, customer] of table) {
    assert.equal(customer?.title, title)
    assert.match(customer.text, /^[A-Z].*\.$/)
    assert.doesNotMatch(JSON.stringify(customer), /frota|exit|\/|acme/)
  }
})
