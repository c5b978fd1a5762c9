// What the session remembers of messages and of its phone, in its journal: which it has seen, which are its own.
import type { Journal } from '../kind.js'

/** in: written to us · out: sent by us · phone: typed by a person on our phone */
export type Direction = 'in' | 'out' | 'phone'

export interface Remembered {
  direction: Direction
  /** in: the reply planned for it · out: the intent it fulfilled */
  intent: string | null
  /** Milliseconds, our clock. */
  at: number
}

export interface Memory {
  recall(id: string): Remembered | undefined
  /** False when it was known already. `out` replaces `phone`: it turned out to be ours. */
  remember(message: { id: string; chat: string; direction: Direction; intent?: string | null }): boolean
  /** The message that fulfilled an intent. */
  sentFor(intent: string): string | undefined
  /** When a reply in this chat was last planned. */
  lastReplyAt(chat: string): number | undefined
  /** Forgets what is old, so that the table does not grow for ever. */
  prune(): void
  /** The phone this session was last linked to. */
  phone: string | null
  /** And still is, as far as we know. */
  linked: boolean
  /** Messages older than this (ms) are none of ours: they were there before pairing. */
  pairedAt: number
  /** Up to here (ms) nothing was missed. */
  caughtUpTo: number
}

const KEEP_MS = 60 * 24 * 60 * 60 * 1000
const KEEP_ROWS = 50_000
/** More than a catch-up looks back, by two clocks that differ. */
const READ_AGAIN_MS = 2 * 60 * 60 * 1000
const SCHEMA = `
CREATE TABLE IF NOT EXISTS kind_messages (
  id TEXT PRIMARY KEY, chat TEXT NOT NULL, direction TEXT NOT NULL, intent TEXT, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kind_messages_at ON kind_messages (at);
CREATE INDEX IF NOT EXISTS kind_messages_replied ON kind_messages (chat, at) WHERE direction = 'in' AND intent IS NOT NULL;
CREATE INDEX IF NOT EXISTS kind_messages_intent ON kind_messages (intent) WHERE direction = 'out';
`

export function openMemory(journal: Journal, now: () => Date): Memory {
  const { db } = journal
  db.exec(SCHEMA)
  const get = db.prepare('SELECT direction, intent, at FROM kind_messages WHERE id = ?')
  const add = db.prepare(
    `INSERT INTO kind_messages (id, chat, direction, intent, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET direction = 'out', intent = excluded.intent
       WHERE kind_messages.direction = 'phone' AND excluded.direction = 'out'`,
  )
  const sent = db.prepare(`SELECT id FROM kind_messages WHERE intent = ? AND direction = 'out'`)
  const lastReply = db.prepare(
    `SELECT max(at) AS at FROM kind_messages WHERE chat = ? AND direction = 'in' AND intent IS NOT NULL`,
  )
  const forgetOld = db.prepare('DELETE FROM kind_messages WHERE at < ?')
  // What a catch-up may still read again stays, however much that is: forgotten, it would be answered again.
  const forgetMost = db.prepare(
    `DELETE FROM kind_messages
     WHERE at < min(?, (SELECT at FROM kind_messages ORDER BY at DESC LIMIT 1 OFFSET ${KEEP_ROWS}))`,
  )
  const facts = journal.table<string | number>('whatsapp')
  const numberFact = (key: string) => Number(facts.get(key) ?? 0)

  return {
    recall(id) {
      const row = get.get(id)
      if (!row) return undefined
      return {
        direction: row.direction as Direction,
        intent: row.intent === null ? null : String(row.intent),
        at: Number(row.at),
      }
    },
    remember: ({ id, chat, direction, intent = null }) =>
      Number(add.run(id, chat, direction, intent, now().getTime()).changes) === 1,
    sentFor: (intent) => sent.get(intent)?.id?.toString(),
    lastReplyAt(chat) {
      const at = lastReply.get(chat)?.at
      return typeof at === 'number' ? at : undefined
    },
    prune() {
      forgetOld.run(now().getTime() - KEEP_MS)
      forgetMost.run(Math.min(numberFact('caughtUpTo'), now().getTime()) - READ_AGAIN_MS)
    },
    get phone() {
      return facts.get('phone')?.toString() ?? null
    },
    set phone(phone) {
      if (phone === null) facts.delete('phone')
      else facts.set('phone', phone)
    },
    get linked() {
      return facts.get('linked') === 1
    },
    set linked(linked) {
      facts.set('linked', linked ? 1 : 0)
    },
    get pairedAt() {
      return numberFact('pairedAt')
    },
    set pairedAt(ms) {
      facts.set('pairedAt', ms)
    },
    get caughtUpTo() {
      return numberFact('caughtUpTo')
    },
    set caughtUpTo(ms) {
      facts.set('caughtUpTo', ms)
    },
  }
}
