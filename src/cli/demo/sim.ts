// The demo's WhatsApp sim: a process of its own, because it stays when the demo has ended.

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../core/errors.js'
import { hasCode } from '../../node/codes.js'
import { isAlive, startTicksOf } from '../../processes/proc.js'
import type { Cli } from '../cli.js'
import { demoEnv } from './as-user.js'

export interface SimMessage {
  phone: string
  direction: 'in' | 'out'
  from: string
  to: string
  text: string
  at: string
}

export interface DemoSim {
  endpoint: string
  controlUrl: string
  post(verb: string, body: object): Promise<unknown>
  messages(): Promise<SimMessage[]>
}

const START_WITHIN_MS = 15_000
const pidFile = (home: string) => path.join(home, 'sim.json')

export async function startSim(cli: Cli, home: string): Promise<DemoSim> {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const said = path.join(home, 'sim.out')
  const out = openSync(said, 'w', 0o600)
  const args = [path.join(cli.doors.checkout, 'bin/frota'), 'sim', 'whatsapp', '--port', '0', '--json']
  const child = spawn(process.execPath, args, { env: demoEnv(cli, home), detached: true, stdio: ['ignore', out, out] })
  closeSync(out)
  child.unref()
  if (child.pid === undefined) throw new UserError('DEMO_FAILED', 'The WhatsApp sim could not be started.')
  writeFileSync(pidFile(home), JSON.stringify({ pid: child.pid, startTicks: startTicksOf(child.pid) }), { mode: 0o600 })
  const deadline = performance.now() + START_WITHIN_MS
  for (;;) {
    const first = readFileSync(said, 'utf8').split('\n')[0] ?? ''
    if (first.startsWith('{')) return simAt(JSON.parse(first))
    if (!isAlive(child.pid) || performance.now() > deadline) {
      throw new UserError('DEMO_FAILED', `The WhatsApp sim did not come up: ${first}`)
    }
    await sleep(50)
  }
}

/** By pid and start time: never a process that only has its number. */
export async function endSim(home: string): Promise<void> {
  let kept: { pid: number; startTicks: number }
  try {
    kept = JSON.parse(readFileSync(pidFile(home), 'utf8'))
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return
    throw thrown
  }
  if (!isAlive(kept.pid, kept.startTicks)) return
  process.kill(kept.pid, 'SIGTERM')
  const deadline = performance.now() + 5_000
  while (isAlive(kept.pid, kept.startTicks) && performance.now() < deadline) await sleep(50)
  if (isAlive(kept.pid, kept.startTicks)) process.kill(kept.pid, 'SIGKILL')
}

function simAt({ endpoint, controlUrl }: { endpoint: string; controlUrl: string }): DemoSim {
  return {
    endpoint,
    controlUrl,
    async post(verb, body) {
      const answer = await fetch(`${controlUrl}${verb}`, { method: 'POST', body: JSON.stringify(body) })
      const text = await answer.text()
      if (!answer.ok) throw new UserError('DEMO_FAILED', `The sim refused ${verb}: ${text}`)
      return JSON.parse(text)
    },
    messages: async () => (await (await fetch(`${controlUrl}/messages`)).json()) as SimMessage[],
  }
}
