// The whole way of a code: WhatsApp's page (the sim) → Chromium → session → supervisor → terminal → a QR reader.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { startWhatsappSim } from '../sims/whatsapp-web/server.js'
import { type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'
import { BLACK, scan, WHITE } from './terminal-qr.js'

const script = ['/usr/bin/script', '/bin/script'].find((path) => existsSync(path))
const skip = script ? false : 'needs util-linux script(1) for a terminal'
const PHONE = '5511990000042'

test('the code that a terminal of 80×24 shows is the one of pair --json; scanned, it pairs', { skip }, async (t) => {
  const sim = await startWhatsappSim({})
  t.after(() => sim.close())
  const home = await fleetHome(t)
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/vendas', '--kind', 'whatsapp', '--set', `endpoint=${sim.endpoint}`)
  assert.equal((await home.run('start', 'acme/vendas', '--wait')).code, 8)

  const terminal = onTerminal(home, 'pair acme/vendas', { rows: 24, columns: 80 })
  const follower = spawn(NODE, [`${ROOT}/bin/frota`, 'pair', 'acme/vendas', '--json'], { env: home.env })
  const said: { type: string; code?: string }[] = []
  const ended = once(follower, 'close')
  for await (const line of createInterface({ input: follower.stdout })) {
    said.push(JSON.parse(line))
    if (said.at(-1)?.type !== 'qr') continue
    const code = said.at(-1)?.code ?? ''
    assert.ok(code.length > 200, 'as long as WhatsApp’s')
    for (const screen of [BLACK, WHITE]) assert.equal(await terminal.shows(code, screen), code)
    const answer = await fetch(`${sim.controlUrl}/scan`, {
      method: 'POST',
      body: JSON.stringify({ code, phone: PHONE }),
    })
    assert.equal(answer.status, 200)
  }
  assert.deepEqual(await ended, [0, null])
  assert.equal(said.at(-1)?.type, 'paired')
  assert.equal(await terminal.ended, 0)
})

/** The real command in a terminal of this size. */
function onTerminal(home: FleetHome, command: string, { rows, columns }: { rows: number; columns: number }) {
  const line = `stty rows ${rows} cols ${columns}; exec ${NODE} ${ROOT}/bin/frota ${command}`
  const env = { ...home.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHELL: '/bin/sh' }
  const child = spawn(script ?? '', ['-qec', line, '/dev/null'], { env, cwd: ROOT })
  let written = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text
  })
  /** What stands on the screen now: all since it was last cleared. */
  const lines = () => written.slice(written.lastIndexOf('\x1b[2J') + 4).split('\r\n')
  return {
    ended: once(child, 'close').then(([code]) => code as number | null),
    async shows(code: string, screen: number): Promise<string | undefined> {
      return home.until(`the code on the screen`, () => {
        const shown = lines().slice(1)
        assert.ok(shown.length < rows, `${shown.length} lines under the title`)
        const found = shown.length > 10 ? scan(shown, screen) : undefined
        return found === code ? found : undefined
      })
    },
  }
}
