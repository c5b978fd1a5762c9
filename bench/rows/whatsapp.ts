// Eight WhatsApp sessions on the sim: node and Chromium together. Memory is a host's share of each (PSS): Chromium's own
// pages are paid once, so one session alone looks dearer than each of many.
import { setTimeout as sleep } from 'node:timers/promises'
import { startWhatsappSim } from '../../sims/whatsapp-web/server.js'
import { pssBytes, treeUsage } from '../../src/processes/usage.js'
import type { BenchHome } from '../home.js'
import { median, type Row, timed } from '../row.js'

const MB = 1024 * 1024
const COUNT = 8
const IDLE_MS = 20_000
const refs = Array.from({ length: COUNT }, (_, i) => `bench/wa${i}`)

export async function whatsappSessions(home: BenchHome): Promise<Row[]> {
  const sim = await startWhatsappSim({})
  try {
    for (const ref of refs) {
      await home.frota('add', ref, '--kind', 'whatsapp', '--set', `endpoint=${sim.endpoint}`)
    }
    const qrMs: number[] = []
    for (const [i, ref] of refs.entries()) {
      let code = ''
      qrMs.push(
        await timed(async () => {
          await home.frota('start', ref)
          code = await firstCode(home, ref)
        }),
      )
      const phone = `551199000010${i}`
      await fetch(`${sim.controlUrl}/scan`, { method: 'POST', body: JSON.stringify({ code, phone }) })
      await untilPaired(home, ref)
    }
    await sleep(10_000)
    const looked = await lookAt(home)
    await home.frota('stop', ...refs, '--wait')
    return [
      { what: `whatsapp session on the sim, PSS, of ${COUNT}`, value: looked.pssMb, unit: 'MB', budget: 80 },
      { what: 'whatsapp: start → QR code there', value: median(qrMs) / 1000, unit: 's', budget: 2 },
      { what: 'whatsapp: idle, CPU of a core each', value: looked.cpuPercent, unit: '%', budget: 0.5 },
    ]
  } finally {
    await sim.close()
  }
}

async function lookAt(home: BenchHome): Promise<{ pssMb: number; cpuPercent: number }> {
  const pids = (await home.ls()).filter((row) => refs.includes(row.session)).flatMap((row) => row.pid ?? [])
  if (pids.length !== COUNT) throw new Error(`${pids.length} of ${COUNT} WhatsApp sessions run`)
  const before = treeUsage(pids)
  await sleep(IDLE_MS)
  const after = treeUsage(pids)
  const spentMs = pids.map((pid) => (after.get(pid)?.cpuMs ?? Number.NaN) - (before.get(pid)?.cpuMs ?? Number.NaN))
  const all = [...after.values()].flatMap((tree) => tree.pids)
  const pss = all.reduce((sum, pid) => sum + (pssBytes(pid) ?? 0), 0)
  return { pssMb: pss / COUNT / MB, cpuPercent: (median(spentMs) / IDLE_MS) * 100 }
}

const firstCode = (home: BenchHome, ref: string) => askToPair(home, ref, (answer) => answer.qr?.code)

/** The session sees the scan a moment after the phone: until then it still says that it waits for a person. */
const untilPaired = (home: BenchHome, ref: string) => askToPair(home, ref, (answer) => answer.paired)

interface Pairing {
  paired: boolean
  qr?: { code: string }
}

async function askToPair<T>(home: BenchHome, ref: string, read: (answer: Pairing) => T): Promise<NonNullable<T>> {
  for (;;) {
    try {
      const found = read(await home.json<Pairing>('do', ref, 'pair'))
      if (found) return found
    } catch (thrown) {
      if (!(thrown instanceof Error && /SESSION_NOT_RUNNING|COMMAND/.test(thrown.message))) throw thrown
    }
    await sleep(50)
  }
}
