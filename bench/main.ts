// `npm run bench`: the budgets, measured on this machine with the real command; JSON on stdout, tables on stderr.
// Ratios to a peer of the same run say more than seconds: machines differ and drift. Eight minutes on two idle cores.
import os from 'node:os'
import { table } from '../src/cli/table.js'
import { openBenchHome } from './home.js'
import { isMet, type Row } from './row.js'
import { backtestSpeed } from './rows/backtest.js'
import { eventFlow } from './rows/events.js'
import { type Figures, measureFleet } from './rows/fleet.js'
import { growthRows } from './rows/growth.js'
import { hundredSessions } from './rows/hundred.js'
import { indicatorSpeed } from './rows/indicators.js'
import { measurePeers } from './rows/peers.js'
import { whatsappSessions } from './rows/whatsapp.js'

/** Smallest first: what does not fit on this host should not keep the rest from being measured. */
const FLEETS = [50, 100, 200, 300]
const FIRST_PORT = 14_001
const PORTS_EACH = 1_000
const WIDTH = 200

const say = (text: string) => process.stderr.write(`${text}\n`)

say('bench: PM2 alone and bare processes, for comparison …')
const peers = await measurePeers()
say('bench: indicators …')
const rows: Row[] = indicatorSpeed()
say('bench: backtest …')
rows.push(...(await backtestSpeed()))
const growth: Figures[] = []
for (const [i, sessions] of FLEETS.entries()) {
  say(`bench: ${sessions} idle sessions …`)
  const measure = () => measureFleet(sessions, FIRST_PORT + i * PORTS_EACH)
  growth.push(sessions === 100 ? await middleOfThree(measure) : await measure())
}
const hundred = growth.find(({ sessions }) => sessions === 100)
if (hundred) rows.push(...hundredSessions(hundred, peers))
rows.push(...growthRows(growth))
const home = await openBenchHome(FIRST_PORT + FLEETS.length * PORTS_EACH)
try {
  await home.frota('tenant', 'add', 'bench', '--plan', 'enterprise')
  await home.frota('up')
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
const columns = growth.map(roundedAll)
const unmet = report.filter((row) => row.met === false).map((row) => row.what)
process.stdout.write(`${JSON.stringify({ machine, rows: report, growth: columns, unmet }, null, 2)}\n`)
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
    WIDTH,
  ),
)
say('')
const names = Object.keys(columns[0] ?? {}) as (keyof Figures)[]
say(
  table(
    names,
    columns.map((figures) => names.map((name) => String(figures[name]))),
    WIDTH,
  ),
)

function roundedAll(figures: Figures): Figures {
  const all = Object.entries(figures).map(([name, value]) => [name, rounded(value)])
  return { ...figures, ...Object.fromEntries(all) }
}

/** Of three whole runs the one in the middle: the ratio to PM2 alone is what this is about, and one run may be unlucky. */
async function middleOfThree(measure: () => Promise<Figures>): Promise<Figures> {
  const all = [await measure(), await measure(), await measure()].sort((a, b) => a.startS - b.startS)
  return all[1] as Figures
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
