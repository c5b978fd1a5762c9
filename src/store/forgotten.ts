// Who was forgotten, and where in the session's life: what was said before that, and arrives after it, stays out. The name
// itself is not kept, only a mark of it by which it is known again; the mark differs from session to session.
import { hash } from 'node:crypto'
import type { SessionId } from '../core/ids.js'
import { number, type Row, text, type WriteRow } from './columns.js'

export interface Forgotten {
  session: SessionId
  mark: string
  epoch: number
  row: number
}

/** A column that is null when something is about nobody. */
export const markOf = (session: SessionId | null, subject: string | null): string | null =>
  session === null || subject === null ? null : hash('sha256', `${session}\n${subject}`)

export const rowToForgotten = (row: Row): Forgotten => ({
  session: text(row, 'session_id') as SessionId,
  mark: text(row, 'mark'),
  epoch: number(row, 'epoch'),
  row: number(row, 'journal_row'),
})

export const forgottenToRow = (tenant: string, { session, mark, epoch, row }: Forgotten): WriteRow => ({
  tenant_id: tenant,
  session_id: session,
  mark,
  epoch,
  journal_row: row,
})
