// What the menu, the CLI and the supervisor know of a WhatsApp session. Its code is run.ts.
//
// Events:
//   paired          { phone, name }                                  a phone was linked
//   pairing.lost    { phone, reason }                                someone must pair again; the reason says what is known
//   pairing.restored { phone }                                       a login that had been set aside works again
//   messages.unread { since, why }                                   what arrived meanwhile cannot be read; it is tried on
//   logged.out      { phone }                                        by the command `logout`
//   message.in      { id, chat, from, name, text, kind, at }         kind: chat, image, ptt, …; text: body or caption
//   message.out     { id, chat, text, by, at }                       by: reply | command | phone (typed by a person)
//   message.refused { chat, text, by, why }                          WhatsApp would not take it
import { z } from 'zod'
import { defineKind } from '../sdk.js'
import { CHAT_RULE, chatIdIn, loopbackPort, phoneDigits } from './addresses.js'
import { PAIRING } from './texts.js'

const MAX_TEXT = 4096

const config = z
  .object({
    engine: z.enum(['wppconnect']).default('wppconnect').describe('How WhatsApp is reached'),
    endpoint: z
      .string()
      .refine((text) => loopbackPort(text) !== null, 'must be https://127.0.0.1:PORT or https://localhost:PORT')
      .optional()
      .describe('A WhatsApp Web of your own on this machine, for tests: https://127.0.0.1:PORT'),
    reply: z.enum(['off', 'fixed']).default('off').describe('Answer incoming messages: off, or a fixed text'),
    replyText: z.string().max(MAX_TEXT).default('').describe('The answer when reply is fixed'),
    replyGapSeconds: z
      .int()
      .min(0)
      .max(7 * 86_400)
      .default(0)
      .describe('Answer the same chat at most once in this many seconds; 0 answers every message'),
    typingMsPerChar: z.int().min(0).max(500).default(40).describe('How long to show "typing…", per character (ms)'),
    typingMaxMs: z.int().min(0).max(20_000).default(4_000).describe('Longest time to show "typing…" (ms); 0 for none'),
    ignoreGroups: z.boolean().default(true).describe('Neither record nor answer messages in groups'),
  })
  .superRefine((value, ctx) => {
    if (value.reply === 'fixed' && value.replyText.trim() === '') {
      ctx.addIssue({ code: 'custom', path: ['replyText'], message: 'must not be empty when reply is fixed' })
    }
  })

export type WhatsAppConfig = z.output<typeof config>

const chat = z.string().refine((text) => chatIdIn(text) !== null, `must be ${CHAT_RULE}`)
/** A number as it is dialled at home would get a code of another country. */
const hasCountry = (text: string) => /^(\+|00)/.test(text) && phoneDigits(text) !== null
const limit = (most: number, usual: number) => z.int().min(1).max(most).default(usual).describe('How many')

export const whatsapp = defineKind({
  name: 'whatsapp',
  title: 'WhatsApp attendant',
  config,
  setBy: { endpoint: 'operator' },
  reaches: ({ endpoint }) => [endpoint ?? 'https://web.whatsapp.com'],
  commands: {
    pair: {
      input: z.object({
        phone: z
          .string()
          .refine(hasCountry, 'must be a phone number with + and country code, like +55 11 99999-8888')
          .optional()
          .describe('Pair by a code typed on this phone instead of a QR code'),
      }),
      help: 'How far pairing is; opens the browser when it was closed',
    },
    send: {
      input: z.object({
        to: chat.describe(`Whom: ${CHAT_RULE}`),
        text: z.string().min(1).max(MAX_TEXT).describe('The message'),
        id: z.string().min(1).max(100).optional().describe('Sent once for each id, however often this is repeated'),
      }),
      help: 'Send a text message',
    },
    chats: { input: z.object({ limit: limit(500, 50) }), help: 'The chats, newest first' },
    history: {
      input: z.object({ chat: chat.describe(`Which: ${CHAT_RULE}`), limit: limit(500, 50) }),
      help: 'The last messages of a chat',
    },
    status: { input: z.object({}), help: 'Phone, connection, replies waiting' },
    logout: { input: z.object({}), help: 'Unlink from the phone; pairing is needed again' },
  },
  pairing: PAIRING,
  check: new URL('./check.js', import.meta.url),
  views: {
    messages: {
      help: 'What was written and answered, also by a person on the phone',
      events: ['message.in', 'message.out'],
      columns: {
        chat: { type: 'text', filter: 'index' },
        sender: { type: 'text', path: 'from' },
        name: { type: 'text' },
        text: { type: 'text' },
        content: { type: 'text', path: 'kind', filter: true },
        by: { type: 'text', filter: true },
        message_id: { type: 'text', path: 'id', filter: true },
        written_at: { type: 'time', path: 'at' },
      },
    },
    pairings: {
      help: 'When a phone was linked, and when and why it was not any more',
      events: ['paired', 'pairing.lost', 'pairing.restored', 'logged.out'],
      columns: {
        phone: { type: 'text', filter: true },
        name: { type: 'text' },
        reason: { type: 'text' },
      },
    },
  },
  readyWithinMs: 90_000,
  stopWithinMs: 8_000,
  run: new URL('./run.js', import.meta.url),
})
