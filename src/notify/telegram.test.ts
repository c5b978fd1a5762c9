import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBotApi } from '../../test/receivers.js'
import { customerNotifier } from './channels.js'
import { type Message, NotDelivered } from './notifier.js'

const TOKEN = '123456789:AAFakeTokenFakeTokenFakeToken_'
const message = (change: Partial<Message> = {}): Message => ({
  ...{ id: '1', type: 'notice', key: 'order:1', level: 'info', title: 'An order', text: 'Two pizzas' },
  ...{ session: 'acme/vendas', at: new Date('2026-01-02T03:04:05Z') },
  ...(change as object),
})
const never = new AbortController().signal

test('a strict Bot API takes every message, whatever stands in it, and shows it as it was meant', async (t) => {
  const api = await aBotApi(t, { token: TOKEN, chats: ['-5'] })
  const channel = (chatId: string, botToken = TOKEN) =>
    customerNotifier({ telegram: { botToken, chatId, apiRoot: api.url }, allowPrivate: true }, () => new Date())
  const hostile = [
    '<b>',
    '</i>&lt;',
    '&',
    '<script>alert(1)</script>',
    '😀'.repeat(3_000),
    '&amp;'.repeat(900),
    '_*[x](y)',
  ]
  for (const text of hostile) await channel('-5').send(message({ title: text.slice(0, 200) || 'x', text }), never)
  assert.deepEqual(
    api.sent.map(({ text }) => text.split('\n')[1]?.slice(0, 30)),
    hostile.map((text) => text.slice(0, 30)),
  )
  api.slowDown = 1
  const busy = await channel('-5')
    .send(message(), never)
    .then(
      () => assert.fail('it was taken'),
      (thrown: unknown) => thrown,
    )
  assert.ok(busy instanceof NotDelivered && busy.retryable && busy.retryAfterMs === 0)
  await assert.rejects(channel('-6').send(message(), never), /chat not found \(is the chat id right/)
  await assert.rejects(
    channel('-5', TOKEN.replace('1', '2')).send(message(), never),
    /Unauthorized \(the bot token is wrong/,
  )
})
