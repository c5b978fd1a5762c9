// npm run soak -- --minutes 10 [--sessions 6] [--seed N]
// Kills at random, under event traffic: a session, the supervisor, PM2's daemon, all of it. Under plain `frota up`, and
// nobody helps: everything must be back by itself within 40 s, and nothing lost, doubled, alive twice or left over.
// Prints the figures; exits 1 when one is wrong.

import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type FleetHome, openFleetHome, upWith } from './fleet-home.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    sessions: { type: 'string', default: '6' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

const FAULTS = {
  session: 6,
  supervisor: 3,
  'PM2 daemon': 2,
  'supervisor and session': 1,
  'supervisor and PM2 daemon': 2,
  everything: 1,
} as const
type Fault = keyof typeof FAULTS

const BACK_WITHIN_MS = 40_000

const random = seeded(Number(values.seed))
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
const lot = Object.entries(FAULTS).flatMap(([fault, weight]) => Array<Fault>(weight).fill(fault as Fault))

async function soak(home: FleetHome, refs: string[], minutes: number) {
  const counts = Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0])) as Record<Fault, number>
  const recoveriesMs: Record<string, number[]> = {}
  const endAt = performance.now() + minutes * 60_000
  while (performance.now() < endAt) {
    await sleep(1_000 + random() * 4_000)
    const fault = pick(lot)
    const at = performance.now()
    counts[fault] += 1
    await commit(home, refs, fault)
    await home.reached('ready', ...refs)
    recoveriesMs[fault] = [...(recoveriesMs[fault] ?? []), performance.now() - at]
    process.stderr.write(`${fault}: all ready after ${((performance.now() - at) / 1000).toFixed(1)} s\n`)
  }
  const events = await home.nothingLostOrDoubled(...refs)
  return { counts, recoveriesMs, events }
}

async function commit(home: FleetHome, refs: string[], fault: Fault) {
  const killed = victims(home, fault, (await home.row(pick(refs)))?.pid)
  const copies = new Map(refs.map((ref) => [ref, home.witness.copies(ref)]))
  for (const pid of killed) home.kill(pid)
  const isSeen = () => refs.some((ref) => home.witness.copies(ref) > (copies.get(ref) ?? 0))
  if (fault !== 'supervisor') await home.until('another copy', isSeen)
}

function victims(home: FleetHome, fault: Fault, session: number | null | undefined): number[] {
  const processes = home.processes()
  const find = (words: RegExp) => processes.filter(({ command }) => words.test(command)).map(({ pid }) => pid)
  const supervisor = find(/main\.js serve/)
  const daemon = find(/God Daemon/)
  const one = session ? [session] : []
  const all = {
    session: one,
    supervisor,
    'PM2 daemon': daemon,
    'supervisor and session': [...supervisor, ...one],
    'supervisor and PM2 daemon': [...supervisor, ...daemon],
    everything: [...supervisor, ...daemon, ...one],
  }
  return all[fault]
}

/** mulberry32: the same seed gives the same kills. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const seconds = (ms: number | undefined) => Math.round((ms ?? 0) / 100) / 10
const summary = (ms: number[]) => {
  const sorted = [...ms].sort((a, b) => a - b)
  return { times: ms.length, medianS: seconds(sorted[ms.length >> 1]), worstS: seconds(sorted.at(-1)) }
}

async function main() {
  const { home, end } = await openFleetHome()
  const refs = Array.from({ length: Number(values.sessions) }, (_, i) => `acme/s${i}`)
  const problems: string[] = []
  let figures: object = {}
  try {
    await upWith(
      home,
      Object.fromEntries(refs.map((ref, i) => [ref, { act: i % 2 ? 'detaches' : 'counts', everyMs: 10 }])),
    )
    const { counts, recoveriesMs, events } = await soak(home, refs, Number(values.minutes))
    const allReadyAfter = Object.fromEntries(Object.entries(recoveriesMs).map(([fault, ms]) => [fault, summary(ms)]))
    figures = { faults: counts, allReadyAfter, events, lost: 0, doubled: 0, aliveTwice: home.witness.violations.length }
    for (const [fault, ms] of Object.entries(recoveriesMs)) {
      const late = ms.filter((one) => one > BACK_WITHIN_MS)
      if (late.length > 0) problems.push(`${fault}: all ready only after ${late.map(seconds).join(', ')} s`)
    }
  } catch (thrown) {
    problems.push(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
  } finally {
    problems.push(...(await end()))
  }
  console.log(JSON.stringify({ seed: values.seed, sessions: refs.length, ...figures, problems }, null, 2))
  if (problems.length > 0) process.exitCode = 1
}

await main()
