// Rows of `frota ls`, as the menu gets them: a test names only what is special.
import type { LsRow, StateName } from '../src/core/states.js'

export const aRow = (session: string, state: StateName, change: Partial<LsRow> = {}): LsRow => ({
  session,
  tenant: session.split('/')[0] ?? '',
  name: session.split('/')[1] ?? '',
  kind: 'whatsapp',
  wanted: state === 'stopped' ? 'stopped' : 'running',
  state,
  reason: null,
  since: null,
  pid: null,
  port: null,
  host: null,
  rssBytes: null,
  cpuPercent: null,
  restarts: 0,
  lastBeatAt: null,
  outdated: false,
  detail: {},
  ...change,
})
