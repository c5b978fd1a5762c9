// What tenants are to be told, in the ledger:
//   notices      each notice that sessions have brought, and whether it was told. One is written down before the store is
//                asked to take it: after a crash in between nobody could say whether it is new there
//   deliveries   what waits for a channel; written in the transaction that says its notice was told
//   channels     how each does
import type { DatabaseSync } from 'node:sqlite'
import type { TenantId } from '../core/ids.js'
import type { ChannelState } from '../core/live.js'
import type { DeliveryBook, Waiting } from '../notify/deliveries.js'
import { LONGEST_QUEUE } from '../notify/delivery.js'
import type { Message } from '../notify/notifier.js'

/** `new`: never heard of. `arriving`: it was on its way to the store, and how that ended is not known. */
export type Heard = 'new' | 'arriving' | 'told'

export interface NoticeBook extends DeliveryBook {
  /** Writes down that it arrives. Answers what was known of it before. */
  arrives(id: string, tenant: TenantId, at: Date): Heard
  /** It did not: nothing of it is in the store. */
  turnedAway(id: string): void
  /** It is told from now on; this is what waits for its channels. */
  told(id: string, tenant: TenantId, at: Date, waiting: Waiting[]): void
  /** Not a session's words: nothing is remembered of it but what waits. */
  add(waiting: Waiting[]): void
  /** Forgets what was told before then. */
  prune(tenant: TenantId, before: Date): void
}

/** @param write keeps what the disk does not take, under a key, until it does */
export function openNoticeBook(db: DatabaseSync, write: (key: string, work: () => unknown) => void): NoticeBook {
  const heard = db.prepare('select told from notices where id = ?')
  const arrive = db.prepare('insert or ignore into notices (id, tenant, at, told) values (?, ?, ?, 0)')
  const tell = db.prepare(`insert into notices (id, tenant, at, told) values (?, ?, ?, 1)
    on conflict (id) do update set told = 1, at = excluded.at`)
  const wait = db.prepare('insert or ignore into deliveries (id, channel, message) values (?, ?, ?)')
  const known = db.prepare('insert or ignore into channels (channel) values (?)')
  // The one under way is not dropped: it may be out by now.
  const trim = db.prepare(`delete from deliveries where channel = :channel and seq in (select seq from deliveries
    where channel = :channel order by seq desc limit -1 offset ${LONGEST_QUEUE}) and seq >
    (select min(seq) from deliveries where channel = :channel)`)
  const sent = db.prepare('update channels set sent_at = ?, error = null where channel = ?')
  const failed = db.prepare('update channels set error = ? where channel = ?')
  const state = db.prepare('select error from channels where channel = ?')
  return {
    arrives(id, tenant, at) {
      const row = heard.get(id)
      if (row) return row.told === 1 ? 'told' : 'arriving'
      write(`notice ${id}`, () => arrive.run(id, tenant, at.getTime()))
      return 'new'
    },
    turnedAway: (id) =>
      write(`notice ${id}`, () => db.prepare('delete from notices where id = ? and told = 0').run(id)),
    told(id, tenant, at, waiting) {
      write(`notice ${id}`, () =>
        together(() => {
          tell.run(id, tenant, at.getTime())
          keep(waiting)
        }),
      )
    },
    add(waiting) {
      for (const one of waiting) write(`delivery ${one.id}`, () => together(() => keep([one])))
    },
    prune: (tenant, before) =>
      write(`prune ${tenant}`, () =>
        db.prepare('delete from notices where tenant = ? and at < ?').run(tenant, before.getTime()),
      ),
    waiting: (channel) =>
      db
        .prepare('select id, message from deliveries where channel = ? order by seq')
        .all(channel)
        .map((row) => ({ id: String(row.id), channel, message: messageIn(String(row.message)) })),
    ended({ id, channel }, error, at) {
      const before = state.get(channel)?.error ?? null
      write(`delivery ${id}`, () =>
        together(() => {
          db.prepare('delete from deliveries where id = ?').run(id)
          known.run(channel)
          if (error === null) sent.run(at.toISOString(), channel)
          else failed.run(error, channel)
        }),
      )
      return (before === null) !== (error === null)
    },
    broken(channel, error) {
      const before = state.get(channel)?.error ?? null
      write(`channel ${channel}`, () => {
        known.run(channel)
        failed.run(error, channel)
      })
      return before === null
    },
    drop: (channel) =>
      write(`channel ${channel}`, () => {
        db.prepare('delete from deliveries where channel = ?').run(channel)
        db.prepare('delete from channels where channel = ?').run(channel)
      }),
    states: () =>
      new Map(
        db
          .prepare(
            `select c.channel, c.sent_at, c.error, (select count(*) from deliveries d where d.channel = c.channel) as waiting
             from channels c`,
          )
          .all()
          .map((row): [string, ChannelState] => [
            String(row.channel),
            {
              sentAt: row.sent_at === null ? null : new Date(String(row.sent_at)),
              error: row.error === null ? null : String(row.error),
              waiting: Number(row.waiting),
            },
          ]),
      ),
  }

  function keep(waiting: Waiting[]) {
    for (const { id, channel, message } of waiting) {
      known.run(channel)
      wait.run(id, channel, JSON.stringify(message))
      trim.run({ channel })
    }
  }

  function together(work: () => void) {
    db.exec('begin immediate')
    try {
      work()
      db.exec('commit')
    } catch (error) {
      if (db.isTransaction) db.exec('rollback')
      throw error
    }
  }
}

function messageIn(text: string): Message {
  const message = JSON.parse(text) as Message
  return { ...message, at: new Date(message.at) }
}
