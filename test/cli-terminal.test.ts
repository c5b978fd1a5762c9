// The real `frota` at a real terminal: what is typed unseen, what is drawn, and what Ctrl-C leaves behind.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { LsRow } from '../src/core/states.js'
import { type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')
const SECRET = 'a-secret-that-is-nowhere-else-7351'

describe('at a terminal', () => {
  const script = ['/usr/bin/script', '/bin/script'].find((path) => existsSync(path))
  const skip = script ? false : 'needs util-linux script(1) for a terminal'

  /** Types `keys` once the program has asked. Answers what was on the screen, and the exit code. */
  async function atTerminal(home: FleetHome, command: string, asked: RegExp, keys: string) {
    const env = { ...home.env, TERM: 'xterm', SHELL: '/bin/sh' }
    const child = spawn(
      script ?? '',
      ['-qec', `stty rows 60 cols 120; ${NODE} ${ROOT}/bin/frota ${command}`, '/dev/null'],
      { env, cwd: ROOT },
    )
    let screen = ''
    let answered = false
    for await (const chunk of child.stdout) {
      screen += chunk
      if (answered || !asked.test(screen)) continue
      answered = true
      child.stdin.write(keys)
    }
    return { screen, code: child.exitCode ?? (await once(child, 'close'))[0] }
  }

  test('a secret is typed unseen; Ctrl-C changes nothing and leaves a clean terminal', { skip }, async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const set = 'secret set acme/p PAIR_TOKEN'
    const ended = await atTerminal(home, set, /PAIR_TOKEN: /, `${SECRET}\x03`)
    assert.equal(ended.code, 130)
    assert.deepEqual(await home.json('secret', 'ls', 'acme/p'), [])
    const done = await atTerminal(home, set, /PAIR_TOKEN: /, `x\x15${SECRET}y\x7f\r`)
    assert.equal(done.code, 0, done.screen)
    assert.match(done.screen, /ends in 7351/)
    assert.ok(!`${ended.screen}${done.screen}`.includes(SECRET.slice(0, 10)))
    const refused = await atTerminal(home, 'rm acme/p', /\[y\/N\] /, '\r')
    assert.equal(refused.code, 4)
    const interrupted = await atTerminal(home, 'rm acme/p', /\[y\/N\] /, '\x03')
    assert.equal(interrupted.code, 130)
    assert.doesNotMatch(interrupted.screen, /at .*node:/)
    assert.equal((await home.json<LsRow[]>('ls')).length, 1)
  })

  test('a QR code is drawn dark on light off the scrollback, and Ctrl-C puts the screen back', { skip }, async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const { screen, code } = await atTerminal(home, 'pair acme/p', /48;5;231m/, '\x03')
    assert.equal(code, 130)
    assert.ok(screen.includes('\x1b[?1049h'))
    assert.ok(screen.lastIndexOf('\x1b[?1049l') > screen.lastIndexOf('48;5;231m'))
    assert.ok(screen.lastIndexOf('\x1b[?25h') > screen.lastIndexOf('\x1b[?25l'))
    const phone = await atTerminal(home, 'pair acme/p --timeout 2s --phone "11 98765-4321"', /Country code/, '55\r')
    assert.equal(phone.code, 6)
    assert.match(phone.screen, /on the phone \+5511987654321 .*: ABCD-1234/)
    const watch = await atTerminal(home, 'ls --watch', /acme\/p/, '\x03')
    assert.equal(watch.code, 130)
    assert.ok(watch.screen.includes('\x1b[?1049l'))
    assert.match((await atTerminal({ ...home, env: { ...home.env, NO_COLOR: '1' } }, 'ls', /$^/, '')).screen, /acme\/p/)
  })
})
