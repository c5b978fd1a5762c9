// The fleet of a soak in containers: two WhatsApp sessions and the sim that they are paired with, in containers that share a
// network. Seen through `docker exec`, as an operator sees it, and killed by this machine's own pids.
import { readFileSync } from 'node:fs'
import type { LsRow } from '../src/core/states.js'
import type { StatusView } from '../src/fleet/host.js'
import { isAlive } from '../src/processes/proc.js'
import type { Container, Docker } from './docker-machine.js'

export const SESSIONS = [
  { ref: 'acme/vendas', phone: '5511990000001' },
  { ref: 'acme/suporte', phone: '5511990000002' },
]
const CUSTOMER = '5511988887777'
export const SIM_PORT = 8443
const CONTROL_PORT = 8444
export const SIM = ['frota', 'sim', 'whatsapp', '--port', `${SIM_PORT}`, '--control-port', `${CONTROL_PORT}`]

export type ContainerFleet = ReturnType<typeof containerFleet>

export function containerFleet(docker: Docker, sim: Container, fleet: Container) {
  let asked = 0

  async function toSim(verb: string, body?: object): Promise<unknown> {
    const options = body ? `{ method: 'POST', body: ${JSON.stringify(JSON.stringify(body))} }` : '{}'
    const code = `const r = await fetch('http://127.0.0.1:${CONTROL_PORT}${verb}', ${options})
      process.stdout.write(await r.text())
      process.exitCode = r.ok ? 0 : 1`
    return JSON.parse(await sim.exec('node', '--input-type=module', '--eval', code))
  }

  async function pair(ref: string, phone: string): Promise<void> {
    for await (const line of fleet.lines('frota', 'pair', ref, '--json')) {
      const said = JSON.parse(line) as { type: string; code?: string }
      if (said.type === 'paired') return
      if (said.type === 'qr') await toSim('/scan', { code: said.code, phone })
    }
    throw new Error(`${ref} was not paired`)
  }

  /** A customer writes to each session. */
  async function ask(): Promise<void> {
    asked++
    const text = `Pergunta ${asked}`
    for (const { phone } of SESSIONS) await toSim('/deliver', { to: phone, from: CUSTOMER, text })
  }

  /** Exactly as many answers as there were questions, ever. */
  async function answered(): Promise<void> {
    await docker.until(`${asked} answers each`, async () => {
      const messages = (await toSim('/messages')) as { phone: string; direction: string }[]
      const count = (phone: string) => messages.filter((m) => m.phone === phone && m.direction === 'out').length
      const counts = SESSIONS.map(({ phone }) => count(phone))
      if (counts.some((n) => n > asked)) throw new Error(`answered ${counts.join(' and ')} times, asked ${asked} times`)
      return counts.every((n) => n === asked)
    })
  }

  const rows = async () => JSON.parse(await fleet.exec('frota', 'ls', '--json')) as LsRow[]
  const pids = async () => (await rows()).map(({ session, pid }) => `${session} ${pid}`)
  const startedAt = () => fleet.look('{{.State.StartedAt}}')

  async function rowOf(ref: string): Promise<LsRow> {
    const row = (await rows()).find(({ session }) => session === ref)
    if (!row) throw new Error(`${ref} is missing`)
    return row
  }

  /** By a supervisor that answers: without one, states are those of the last heartbeats. */
  const allReady = (container = fleet) =>
    docker.until('all ready', async () => {
      const health = await container.tryToExec('frota', 'health', '--json')
      if (!health.stdout.includes('"reason":null')) return false
      const { code, stdout } = await container.tryToExec('frota', 'ls', '--json')
      return code === 0 && (JSON.parse(stdout) as LsRow[]).every(({ state }) => state === 'ready')
    })

  /** What this machine calls processes of the fleet's container. */
  async function pidsOutside(inside: (number | null | undefined)[]): Promise<number[]> {
    const init = Number(await fleet.look('{{.State.Pid}}'))
    const list = (await docker.run('top', fleet.name, '-o', 'pid')).split('\n').slice(1).map(Number)
    const insideOf = (pid: number) => readFileSync(`/proc/${pid}/status`, 'utf8').match(/^NSpid:.*\s(\d+)$/m)?.[1]
    return inside.map((pid) => {
      const found = pid === 1 ? init : list.find((one) => insideOf(one) === String(pid))
      if (found === undefined) throw new Error(`the container has no process ${pid}`)
      return found
    })
  }

  /** Kills all of them at once; a customer writes while they are gone. Answers how long it took until all was ready. */
  async function afterKilling(inside: (number | null | undefined)[], keepsContainer = false): Promise<{ ms: number }> {
    const [before, since] = [JSON.stringify(await pids()), await startedAt()]
    const outside = await pidsOutside(inside)
    const at = performance.now()
    for (const pid of outside) process.kill(pid, 'SIGKILL')
    await ask()
    await docker.until('their end', async () => outside.every((pid) => !isAlive(pid)))
    await docker.until('others in their place', async () => {
      const now = await pids().then(JSON.stringify, () => before)
      return now !== before || (await startedAt()) !== since
    })
    await allReady()
    const ms = Math.round(performance.now() - at)
    const isSame = (await startedAt()) === since
    if (isSame !== keepsContainer) throw new Error(`the container ${isSame ? 'went on' : 'was started again'}`)
    await answered()
    return { ms }
  }

  return {
    pair,
    ask,
    answered,
    pids,
    rowOf,
    allReady,
    afterKilling,
    status: async () => JSON.parse(await fleet.exec('frota', 'status', '--json')) as StatusView,
    /** Its main process: it alone has no type. */
    async chromiumOf(ref: string): Promise<number> {
      const own = Number((await rowOf(ref)).pid)
      const code = `const { readdirSync, readFileSync } = require('node:fs')
        const read = (pid, file) => { try { return readFileSync('/proc/' + pid + '/' + file, 'utf8') } catch { return '' } }
        const isIt = (pid) => /--user-data-dir/.test(read(pid, 'cmdline')) && !/--type=/.test(read(pid, 'cmdline'))
        console.log(readdirSync('/proc').filter((pid) => Number(pid) !== ${own} && isIt(pid) &&
          read(pid, 'environ').includes('FROTA_SESSION=${ref}'))[0])`
      return Number(await fleet.exec('node', '--eval', code))
    },
  }
}
