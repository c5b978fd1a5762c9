import { usage } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import { type Alert, NotDelivered, type Notifier } from './notifier.js'
import { isPassing, postJson, targetProblem } from './post.js'

export interface TelegramSettings {
  botToken: Secret
  /** A number, or `@channel`. */
  chatId: string
  /** Another server that speaks the Bot API: a sim, a self-hosted one. */
  apiRoot?: string | undefined
  /** Of the server: it must be one of the internet. */
  publicOnly?: boolean
}

/** Telegram takes 4096 characters after formatting. */
const LONGEST_TEXT = 3500
const MARK = { info: 'ℹ️', warning: '⚠️', critical: '🔴' } as const

/** BAD_CHANNEL when a setting cannot be right. */
export function telegramNotifier({
  botToken,
  chatId,
  apiRoot = 'https://api.telegram.org',
  publicOnly = false,
}: TelegramSettings): Notifier {
  if (!/^\d+:[\w-]{20,}$/.test(botToken.reveal())) {
    throw usage('BAD_CHANNEL', "This is not a Telegram bot's token.", '@BotFather gives one: 123456789:AA…')
  }
  if (!/^(-?\d+|@\w{4,})$/.test(chatId)) {
    throw usage('BAD_CHANNEL', `"${chatId}" is not a Telegram chat.`, 'a number, or @channelname')
  }
  const problem = targetProblem(apiRoot, publicOnly)
  if (problem !== null) throw usage('BAD_CHANNEL', `The Bot API server ${problem}.`)
  return {
    name: 'telegram',
    async send(alert, signal) {
      const url = new URL(`${apiRoot.replace(/\/+$/, '')}/bot${botToken.reveal()}/sendMessage`)
      const body = JSON.stringify({
        chat_id: chatId,
        text: messageText(alert),
        parse_mode: 'HTML',
        disable_notification: alert.level === 'info',
        link_preview_options: { is_disabled: true },
      })
      const { status, text } = await postJson(url, body, {}, { signal, publicOnly })
      if (status !== 200) throw refused(status, text)
    },
  }
}

function messageText({ level, title, text, at }: Alert): string {
  const shortened = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
  const time = at.toISOString().slice(0, 16).replace('T', ' ')
  return `${MARK[level]} <b>${escaped(title.slice(0, 200))}</b>\n${escaped(shortened)}\n<i>${time} UTC</i>`
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

interface BotApiError {
  description?: unknown
  parameters?: { retry_after?: unknown }
}

function refused(status: number, text: string): NotDelivered {
  const { description, parameters } = parsed(text)
  const why = typeof description === 'string' ? description.slice(0, 200) : `HTTP ${status}`
  const seconds = parameters?.retry_after
  const retryAfterMs = typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : null
  return new NotDelivered(`Telegram refused it: ${why}${ADVICE[status] ?? ''}`, isPassing(status), retryAfterMs)
}

/** Status codes whose cause is nearly always the same. */
const ADVICE: Readonly<Record<number, string>> = {
  400: ' (is the chat id right, and has someone written to the bot first?)',
  401: ' (the bot token is wrong or was revoked)',
  403: ' (the bot was blocked, or is not a member of the chat)',
  404: ' (the bot token is wrong)',
}

function parsed(text: string): BotApiError {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {} // a proxy's page; the status says enough
  }
}
