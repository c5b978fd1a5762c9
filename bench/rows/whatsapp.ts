// One WhatsApp session on the sim: node and Chromium together.
import { setTimeout as sleep } from 'node:timers/promises'
import { startWhatsappSim } from '../../sims/whatsapp-web/server.js'
import { pssBytes, treeUsage } from '../../src/processes/usage.js'
import type { BenchHome } from '../home.js'
import type { Row } from '../row.js'

const MB = 1024 * 1024
const IDLE_MS = 20_000
const REF = 'bench/whatsapp'

export async function whatsappSession(home: BenchHome): Promise<Row[]> {
  const sim = await startWhatsappSim({})
  try {
    await home.frota('add', REF, '--kind', 'whatsapp', '--set', `endpoint=${sim.endpoint}`)
    const startedAt = performance.now()
    await home.frota('start', REF)
    const code = await firstCode(home)
    const qrMs = performance.now() - startedAt
    await fetch(`${sim.controlUrl}/scan`, { method: 'POST', body: JSON.stringify({ code, phone: '5511990000009' }) })
    await home.frota('start', REF, '--wait')
    await sleep(5_000)
    const pid = (await home.ls()).find((row) => row.session === REF)?.pid
    if (!pid) throw new Error(`${REF} is not running`)
    const before = treeUsage([pid]).get(pid)
    await sleep(IDLE_MS)
    const after = treeUsage([pid]).get(pid)
    if (!before || !after) throw new Error(`${REF} ended while it was measured`)
    const pss = after.pids.reduce((sum, one) => sum + (pssBytes(one) ?? 0), 0) / MB
    await home.frota('stop', REF, '--wait')
    return [
      { what: 'whatsapp session on the sim (node + Chromium), PSS', value: pss, unit: 'MB', budget: 120 },
      { what: 'whatsapp: start → QR code there', value: qrMs / 1000, unit: 's', budget: 3 },
      {
        what: 'whatsapp: idle, CPU of a core',
        value: ((after.cpuMs - before.cpuMs) / IDLE_MS) * 100,
        unit: '%',
        budget: 1,
      },
    ]
  } finally {
    await sim.close()
  }
}

async function firstCode(home: BenchHome): Promise<string> {
  for (;;) {
    try {
      const answer = await home.json<{ qr?: { code: string } }>('do', REF, 'pair')
      if (answer.qr) return answer.qr.code
    } catch (thrown) {
      if (!(thrown instanceof Error && /SESSION_NOT_RUNNING|COMMAND/.test(thrown.message))) throw thrown
    }
    await sleep(50)
  }
}
