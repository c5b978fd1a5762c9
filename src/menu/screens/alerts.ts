// Where the operator is told that something is wrong: set up, tried with a test message, removed.
import type { Input } from '../../api/verbs.js'
import { plain } from '../../core/plain-text.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { padTo, widthOf } from '../paint.js'
import { BACK } from '../prompts.js'

const CHANNELS = ['telegram', 'webhook'] as const
type Channel = (typeof CHANNELS)[number]

export async function alerts(menu: Menu): Promise<void> {
  const crumbs = [m.alerts.title]
  let active: Channel | 'test' | undefined
  for (;;) {
    const set = await menu.attempt(crumbs, () => menu.fleet.call('notify.list'))
    if (!set) return
    const longest = Math.max(...CHANNELS.map((channel) => widthOf(m.alerts[channel])))
    const answer = await menu.ask.select<Channel | 'test'>(
      { crumbs, lines: () => (set.length === 0 ? [m.alerts.none] : []) },
      {
        choices: [
          ...CHANNELS.map((channel) => {
            const target = set.find((known) => known.channel === channel)?.target
            const name = `${padTo(m.alerts[channel], longest)}  ${target === undefined ? m.alerts.notSet : plain(target)}`
            return { value: channel, name, help: m.alerts[`${channel}Help`] }
          }),
          'line' as const,
          { value: 'test' as const, name: m.alerts.test },
        ],
        active,
      },
    )
    if (answer === BACK) return
    active = answer
    if (answer === 'test') await test(menu, crumbs)
    else if (set.some(({ channel }) => channel === answer)) await change(menu, crumbs, answer)
    else if (await setUp(menu, crumbs, answer)) active = 'test'
  }
}

async function test(menu: Menu, crumbs: string[]) {
  const results = await menu.attempt(crumbs, () => menu.fleet.callLive('host.testAlerts'))
  if (!results) return
  const failed = results.filter(({ error }) => error !== null)
  if (results.length === 0) menu.tell(m.alerts.noChannels)
  else if (failed.length === 0) menu.tell(m.alerts.sent(results.map(({ channel }) => nameOf(channel)).join(', ')))
  else
    menu.tellError(
      new Error(m.alerts.failed(failed.map(({ channel, error }) => `${nameOf(channel)}: ${error}`).join('; '))),
    )
}

async function change(menu: Menu, crumbs: string[], channel: Channel) {
  const here = [...crumbs, m.alerts[channel]]
  const answer = await menu.ask.select<'change' | 'remove'>(
    { crumbs: here },
    {
      choices: [
        { value: 'change', name: m.alerts.change },
        { value: 'remove', name: m.alerts.remove },
      ],
    },
  )
  if (answer === 'change') await setUp(menu, crumbs, channel)
  if (answer !== 'remove') return
  if ((await menu.ask.confirm({ crumbs: here }, m.alerts.askRemove(m.alerts[channel]))) !== true) return
  await menu.attempt(here, () => menu.fleet.call('notify.remove', { channel }), m.alerts.removed(m.alerts[channel]))
}

/** True when it is set up. What is refused is asked for again, as it was typed. */
async function setUp(menu: Menu, crumbs: string[], channel: Channel): Promise<boolean> {
  const here = [...crumbs, m.alerts[channel]]
  const ask = channel === 'telegram' ? askTelegram : askWebhook
  let input: Setting | null = null
  for (;;) {
    input = await ask(menu, here, input)
    if (input === null) return false
    const setting = input
    const done = m.alerts.saved(m.alerts[channel])
    if ((await menu.attempt(here, () => menu.fleet.call('notify.set', setting), done)) !== undefined) return true
  }
}

type Setting = Input<'notify.set'>

async function askTelegram(menu: Menu, crumbs: string[], before: Setting | null): Promise<Setting | null> {
  const known = before?.channel === 'telegram' ? before : null
  let secret = known?.secret ?? ''
  for (;;) {
    const token = await menu.ask.hidden(
      { crumbs },
      { message: m.alerts.token, help: m.alerts.tokenHelp, value: secret, check: notEmpty },
    )
    if (token === BACK) return null
    secret = token.trim()
    const value = known?.settings.chatId ?? ''
    const options = { message: m.alerts.chat, help: m.alerts.chatHelp, value, check: notEmpty }
    const chatId = await menu.ask.text({ crumbs }, options)
    if (chatId !== BACK) return { channel: 'telegram', settings: { chatId }, secret }
  }
}

async function askWebhook(menu: Menu, crumbs: string[], before: Setting | null): Promise<Setting | null> {
  const known = before?.channel === 'webhook' ? before : null
  let value = known?.settings.url ?? ''
  for (;;) {
    const url = await menu.ask.text(
      { crumbs },
      { message: m.alerts.url, help: m.alerts.urlHelp, value, check: notEmpty },
    )
    if (url === BACK) return null
    value = url
    const options = { message: m.alerts.signing, help: m.alerts.signingHelp, value: known?.secret ?? '' }
    const secret = await menu.ask.hidden({ crumbs }, options)
    if (secret !== BACK) return { channel: 'webhook', settings: { url }, secret: secret === '' ? null : secret }
  }
}

const notEmpty = (text: string) => (text.trim() === '' ? m.alerts.needed : null)
const nameOf = (channel: string) => {
  const known = CHANNELS.find((name) => name === channel)
  return known === undefined ? channel : m.alerts[known]
}
