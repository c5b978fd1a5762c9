// A session has one journal, and the store knows which: the id in the journal's own file, and the highest of its rows
// that the store has acknowledged. A journal that is gone, is another one, or is behind (an older copy) would let acts
// happen a second time: its session fails, until a person puts the right one back or begins a new one.

/** `row`: the highest acknowledged, or, of a journal that was found, the highest it ever gave out. */
export interface JournalMark {
  id: string
  row: number
}

/** Batches of a session up to this row of this journal are in the store. */
export interface JournalAck {
  session: string
  journal: string
  row: number
}

/** Why this cannot be the journal that the session had; null when it can. @param found null: there is none */
export function journalProblem(kept: JournalMark, found: JournalMark | null): string | null {
  if (found === null) return 'its journal is gone'
  if (found.id !== kept.id) return 'its journal is another one than it had'
  if (found.row < kept.row) {
    return `its journal is an older copy: it ends at row ${found.row}, and row ${kept.row} was acknowledged`
  }
  return null
}
