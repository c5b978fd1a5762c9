// `frota demo`: a whole fleet on the sims, in a home of its own, with no account and no keypress. It types the commands
// a user would type, with real PM2, real Chromium and the real WhatsApp client; only WhatsApp's servers are the sim.
import { accessSync, constants, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { homePaths } from '../../config/home.js'
import { UserError } from '../../core/errors.js'
import type { LsRow } from '../../core/states.js'
import { hasCode } from '../../node/codes.js'
import type { Cli } from '../cli.js'
import { lsTable } from '../ls-table.js'
import { localTime } from '../times.js'
import { asUser, type User } from './as-user.js'
import { type DemoSim, endSim, startSim } from './sim.js'

const SESSIONS = [
  { ref: 'acme/vendas', phone: '5511990000001', reply: 'Olá! Obrigado pela mensagem, já te atendemos.' },
  { ref: 'acme/suporte', phone: '5511990000002', reply: 'Suporte Acme: recebemos seu pedido.' },
  { ref: 'bella/agenda', phone: '34600000003', reply: '¡Hola! ¿Para qué día quiere su cita?' },
  { ref: 'bella/tienda', phone: '34600000004', reply: '¡Gracias por escribir a Bella!' },
] as const
const CUSTOMER = '5511988887777'
const PATIENCE_MS = 60_000

/** Beside the program; in an image, where nobody may write there, in the home. */
const demoHome = (cli: Cli) => path.join(isCheckout(cli) ? cli.doors.checkout : cli.doors.home(), '.demo')

function isCheckout({ doors }: Cli): boolean {
  try {
    accessSync(doors.checkout, constants.W_OK)
    return true
  } catch (thrown) {
    if (hasCode(thrown, 'EACCES', 'EROFS')) return false
    throw thrown
  }
}

export async function demoDown(cli: Cli): Promise<void> {
  const home = demoHome(cli)
  if (existsSync(home)) {
    const user = asUser(cli, home)
    await user.quietly('down')
    await endSim(home)
    rmSync(homePaths(home, process.getuid?.() ?? 0).runDir, { recursive: true, force: true })
    rmSync(home, { recursive: true, force: true })
  }
  cli.note('The demo is down and its home is deleted.')
}

export async function demo(cli: Cli): Promise<void> {
  const home = demoHome(cli)
  if (existsSync(home)) await demoDown(cli)
  const user = asUser(cli, home)
  cli.note('A WhatsApp Web stand-in on this machine, two customers, four attendants.\n')
  const sim = await startSim(cli, home)
  await setUp(user, sim)
  await pairAll(cli, user, sim)
  await talk(cli, sim)
  await killOne(cli, user, sim)
  await showResult(cli, user, sim, home)
}

async function setUp(user: User, sim: DemoSim) {
  await user.types('tenant', 'add', 'acme', '--plan', 'pro')
  await user.types('tenant', 'add', 'bella', '--plan', 'pro')
  for (const { ref, reply } of SESSIONS) {
    const settings = [`endpoint=${sim.endpoint}`, 'reply=fixed', `replyText=${reply}`]
    await user.types('add', ref, '--kind', 'whatsapp', ...settings.flatMap((setting) => ['--set', setting]))
  }
  await user.types('start', '--all')
}

/** Each code is taken from `frota pair --json`, as a script would, and scanned by the sim's phone. */
async function pairAll(cli: Cli, user: User, sim: DemoSim) {
  for (const { ref, phone } of SESSIONS) {
    cli.note(`$ frota pair ${ref}`)
    await user.pair(ref, (code) => sim.post('/scan', { code, phone }))
    cli.note(`  scanned with +${phone}: paired`)
  }
}

async function talk(cli: Cli, sim: DemoSim) {
  cli.note('\nA customer writes to all four.')
  for (const { phone } of SESSIONS) await sim.post('/deliver', { to: phone, from: CUSTOMER, text: 'Olá, tudo bem?' })
  for (const { phone } of SESSIONS) await untilAnswers(sim, phone, 1)
}

async function killOne(cli: Cli, user: User, sim: DemoSim) {
  const [{ ref, phone }] = SESSIONS
  const before = await rowOf(user, ref)
  if (before.pid === null) throw new UserError('DEMO_FAILED', `${ref} has no process.`)
  process.kill(before.pid, 'SIGKILL')
  cli.note(`kill -9 ${before.pid} (${ref}); the customer writes again while it is gone.`)
  await sim.post('/deliver', { to: phone, from: CUSTOMER, text: 'Ainda estão aí?' })
  const killedAt = performance.now()
  await until(`${ref} to come back`, async () => {
    const row = await rowOf(user, ref)
    return row.state === 'ready' && row.pid !== before.pid
  })
  cli.note(`${ref} is back by itself after ${((performance.now() - killedAt) / 1000).toFixed(1)} s.`)
  await untilAnswers(sim, phone, 2)
}

async function showResult(cli: Cli, user: User, sim: DemoSim, home: string) {
  const rows = await user.reads<LsRow[]>('ls', '--json')
  const conversation = await sim.messages()
  const near = path.relative(process.cwd(), home) || '.'
  const [frota, down] = isCheckout(cli) ? ['node bin/frota', 'npm run demo -- --down'] : ['frota', 'frota demo --down']
  const word = (command: string, what: string) => `  ${command.padEnd(38)} ${what}`
  cli.print({ home, sim: { endpoint: sim.endpoint, controlUrl: sim.controlUrl }, conversation, sessions: rows }, () =>
    [
      '\nThe conversation, as WhatsApp saw it:',
      ...conversation.map((m) => `  ${localTime(m.at).slice(11)}  ${m.from} → ${m.to}: ${m.text}`),
      `\n${lsTable(rows)}`,
      '\nThe fleet stays up. Look around:',
      `  export FROTA_HOME=${near.startsWith('..') ? home : near}`,
      word(frota, 'the menu'),
      word(`${frota} logs -f acme/vendas`, 'what it says'),
      `  curl -X POST ${sim.controlUrl}/deliver -d '{"to":"${SESSIONS[0].phone}","from":"${CUSTOMER}","text":"oi"}'`,
      word(down, 'ends and deletes it'),
    ].join('\n'),
  )
}

async function untilAnswers(sim: DemoSim, phone: string, count: number) {
  await until(`an answer from +${phone}`, async () => {
    const answers = (await sim.messages()).filter((m) => m.phone === phone && m.direction === 'out')
    if (answers.length > count) throw new UserError('DEMO_FAILED', `+${phone} answered more often than it was asked.`)
    return answers.length === count
  })
}

async function rowOf(user: User, ref: string): Promise<LsRow> {
  const row = (await user.reads<LsRow[]>('ls', '--json')).find((candidate) => candidate.session === ref)
  if (!row) throw new UserError('DEMO_FAILED', `${ref} is missing.`)
  return row
}

async function until(what: string, holds: () => Promise<boolean>) {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > deadline) throw new UserError('DEMO_FAILED', `Waited ${PATIENCE_MS / 1000} s for ${what}.`)
    await sleep(200)
  }
}
