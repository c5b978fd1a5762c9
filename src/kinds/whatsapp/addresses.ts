// Who a message goes to, and where WhatsApp Web is. Pure; shared by the schema and the session's code.
import { usage } from '../../core/errors.js'

const CHAT_ID = /^(\d{5,20}@(c\.us|lid)|\d{5,20}(-\d{5,20})?@g\.us)$/
const DIGITS = /^\d{8,15}$/
export const CHAT_RULE = 'a phone number with country code (+5511999998888) or a chat id (…@c.us, …@g.us)'

/** WhatsApp's id of a chat, from what a person writes: `+55 11 99999-8888`, digits, or an id. */
export function chatIdOf(text: string): string {
  const chat = chatIdIn(text)
  if (chat === null) throw usage('BAD_RECIPIENT', `"${text.slice(0, 60)}" is not a WhatsApp address.`, CHAT_RULE)
  return chat
}

export function chatIdIn(text: string): string | null {
  const plain = text.trim().replace(/@s\.whatsapp\.net$/, '@c.us')
  if (CHAT_ID.test(plain)) return plain
  const digits = phoneDigits(plain)
  return digits === null ? null : `${digits}@c.us`
}

/** `+55 11 99999-8888` or `0055…` → `5511999998888`; null when it is not a phone number with its country code. */
export function phoneDigits(text: string): string | null {
  if (!/^\+?[\d\s().-]+$/.test(text)) return null
  const digits = text.replace(/\D/g, '').replace(/^00/, '')
  return DIGITS.test(digits) ? digits : null
}

/** The port of a stand-in for WhatsApp Web on this machine; null when the address is anything else. */
export function loopbackPort(endpoint: string): number | null {
  const match = /^https:\/\/(127\.0\.0\.1|localhost):(\d{1,5})\/?$/.exec(endpoint)
  const port = Number(match?.[2])
  return match && port > 0 && port < 65_536 ? port : null
}
