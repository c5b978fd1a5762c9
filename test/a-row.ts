// Rows of `frota ls`, as the menu gets them: a test names only what is special.
import type { LsRow, StateName } from '../src/core/states.js'
import { UNSEEN } from '../src/fleet/rows.js'

const { configVersion: _, ...unseen } = UNSEEN

export const aRow = (session: string, state: StateName, change: Partial<LsRow> = {}): LsRow => ({
  ...unseen,
  session,
  tenant: session.split('/')[0] ?? '',
  name: session.split('/')[1] ?? '',
  kind: 'whatsapp',
  wanted: state === 'stopped' ? 'stopped' : 'running',
  state,
  outdated: false,
  oldProgram: false,
  ...change,
})
