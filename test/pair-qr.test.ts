// The whole way of a code: WhatsApp's page (the sim) → Chromium → session → supervisor → terminal → a QR reader.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { startWhatsappSim } from '../sims/whatsapp-web/server.js'
import { type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'
import { KEY, menuAt } from './menu-at.js'
import { BLACK, scan, WHITE } from './terminal-qr.js'

const script = ['/usr/bin/script', '/bin/script'].find((path) => existsSync(path))
const skip = script ? false : 'needs util-linux script(1) for a terminal'
const PHONE = '5511990000042'

test('the code that a terminal of 80×24 shows, by frota pair and in the menu, is the one of pair --json; scanned, it pairs', {
  skip,
}, async (t) => {
  // One code for the whole test: both commands show it, however slow the machine.
  const sim = await startWhatsappSim({ codes: { firstQrMs: 600_000 } })
  t.after(() => sim.close())
  const home = await fleetHome(t)
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/vendas', '--kind', 'whatsapp', '--set', `endpoint=${sim.endpoint}`)
  assert.equal((await home.run('start', 'acme/vendas', '--wait')).code, 8)

  const terminal = onTerminal(home, 'pair acme/vendas', { rows: 24, columns: 80 })
  const menu = menuAt(home, 80, 24, { NO_COLOR: '1' })
  for (const step of ['Sessions', 'acme/vendas', 'Pair', 'By QR code']) await menu.chooses(step)
  const follower = spawn(NODE, [`${ROOT}/bin/frota`, 'pair', 'acme/vendas', '--json'], { env: home.env })
  const ended = once(follower, 'close')
  const said: { type: string; code?: string }[] = []
  createInterface({ input: follower.stdout }).on('line', (line) => said.push(JSON.parse(line)))
  const codes = () => said.flatMap(({ type, code }) => (type === 'qr' && code !== undefined ? [code] : []))

  for (const screen of [BLACK, WHITE]) {
    for (const lines of [terminal.lines, () => frameOf(menu.raw())]) {
      const code = await home.until('the code on the screen', () => {
        const found = lines().length > 10 ? scan(lines().slice(1), screen) : undefined
        return found !== undefined && codes().includes(found) ? found : undefined
      })
      assert.ok(code.length > 200, 'as long as WhatsApp’s')
      assert.ok(lines().length <= 24, `${lines().length} lines`)
    }
  }
  await home.until('the scan', async () => {
    const body = JSON.stringify({ code: codes().at(-1), phone: PHONE })
    return (await fetch(`${sim.controlUrl}/scan`, { method: 'POST', body })).ok // not when a newer one is there already
  })
  assert.deepEqual(await ended, [0, null])
  assert.equal(said.at(-1)?.type, 'paired')
  assert.equal(await terminal.ended, 0)
  await menu.sees(/acme\/vendas is paired with \+5511990000042/)
  await menu.types(KEY.ctrlC)
  assert.equal((await menu.ended()).code, 0)
})

/** The rows of a live page as they stand, colours included: each was written when it last changed. Without the hint. */
function frameOf(raw: string): string[] {
  const rows: string[] = []
  for (const [, row, line = ''] of raw.matchAll(ROW)) rows[Number(row) - 1] = line
  return Array.from(rows, (line) => line ?? '').slice(0, -1)
}

const ESC = '\x1b'
const ROW = new RegExp(`${ESC}\\[(\\d+);1H(.*?)${ESC}\\[K`, 'g')

/** The real command in a terminal of this size. */
function onTerminal(home: FleetHome, command: string, { rows, columns }: { rows: number; columns: number }) {
  const line = `stty rows ${rows} cols ${columns}; exec ${NODE} ${ROOT}/bin/frota ${command}`
  const env = { ...home.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/sh' }
  const child = spawn(script ?? '', ['-qec', line, '/dev/null'], { env, cwd: ROOT })
  let written = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text
  })
  return {
    ended: once(child, 'close').then(([code]) => code as number | null),
    /** What stands on the screen now: all since it was last cleared. */
    lines: () => written.slice(written.lastIndexOf('\x1b[2J') + 4).split('\r\n'),
  }
}
