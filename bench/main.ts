// `npm run bench`: the budgets, measured on this machine with the real command; JSON on stdout, a table on stderr.
// Ratios to a peer of the same run say more than seconds: machines differ and drift.
import os from 'node:os'
import { table } from '../src/cli/table.js'
import { openBenchHome } from './home.js'
import { isMet, type Row } from './row.js'
import { eventFlow } from './rows/events.js'
import { hundredSessions } from './rows/hundred.js'
import { measurePeers } from './rows/peers.js'
import { whatsappSessions } from './rows/whatsapp.js'

const say = (text: string) => process.stderr.write(`${text}\n`)

say('bench: PM2 alone and bare processes, for comparison …')
const peers = await measurePeers()
const home = await openBenchHome(14_001)
const rows: Row[] = []
try {
  say('bench: 100 idle sessions …')
  rows.push(...(await hundredSessions(home, peers)))
  say('bench: events …')
  rows.push(...(await eventFlow(home)))
  say('bench: eight WhatsApp sessions …')
  rows.push(...(await whatsappSessions(home)))
} finally {
  await home.close()
}
rows.push({ what: '(bare fork of 100 empty processes)', value: peers.forkMs / 1000, unit: 's', budget: null })

const report = rows.map((row) => ({ ...row, value: rounded(row.value), met: isMet(row) }))
const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model ?? '', node: process.version, at: new Date() }
process.stdout.write(`${JSON.stringify({ machine, rows: report }, null, 2)}\n`)
say(
  table(
    ['WHAT', 'MEASURED', 'BUDGET', 'MET', 'REFERENCE'],
    report.map((row) => [
      row.what,
      `${row.value} ${row.unit}`,
      row.budget === null ? '–' : `${row.atLeast ? '≥' : '≤'} ${row.budget} ${row.unit}`,
      row.met === null ? '–' : row.met ? 'yes' : 'NO',
      row.reference ? `${row.reference.what}: ${rounded(row.reference.value)}` : '',
    ]),
    200,
  ),
)

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
