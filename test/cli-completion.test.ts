// The completion scripts in the real shells, where they are installed.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { execute, fleetHome, ROOT } from './fleet-home.js'

const FROTA = join(ROOT, 'bin/frota')
/** What each shell offers for `frota start ac`. */
const ASK = {
  bash: `eval "$('${FROTA}' completion bash)"; COMP_LINE='frota start ac'; COMP_POINT=14; COMP_WORDS=(frota start ac); COMP_CWORD=2; _frota; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: `compdef() { :; }; compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- $@ }; _files() { :; }
    eval "$('${FROTA}' completion zsh)"; words=(frota start ac); CURRENT=3; _frota`,
  fish: `'${FROTA}' completion fish | source; complete -C 'frota start ac'`,
}

for (const [shell, script] of Object.entries(ASK)) {
  const path = ['/bin', '/usr/bin'].map((dir) => join(dir, shell)).find(existsSync)
  test(`${shell} completes sessions of the store while the fleet is down`, { skip: !path && 'not here' }, async (t) => {
    const home = await fleetHome(t)
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/vendas', '--kind', 'whatsapp')
    const ran = await execute(path ?? '', ['-c', script], home.env)
    assert.deepEqual([ran.stdout.trim().split('\n').sort(), ran.stderr], [['acme/', 'acme/vendas'], ''])
  })
}

test('a kind with jobs is completed like a command, with its jobs, flags and the words that they take', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: join(ROOT, 'test/kinds/cruncher/kind.js') })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('up')
  const at = async (...words: string[]) => (await home.run('__complete', '--', ...words)).stdout.trim().split('\n')
  assert.deepEqual(await at('cru'), ['cruncher'])
  assert.deepEqual(await at('cruncher', ''), ['act', 'tell'])
  assert.deepEqual(await at('cruncher', 'tell', '--fill-model', ''), ['close', 'open'])
  assert.deepEqual(await at('cruncher', 'tell', '--take'), ['--take-profit'])
  assert.deepEqual(await at('cruncher', 'act', 'le'), ['leaks'])
  assert.deepEqual(await at('cruncher', 'tell', '--label', ''), [''])
})

test('Tab makes nothing in a home that is not there, and says nothing of a broken one', async (t) => {
  const home = await fleetHome(t)
  const ran = await home.run('__complete', '--', 'start', '')
  assert.deepEqual(ran, { code: 0, stdout: '', stderr: '' })
  assert.deepEqual(readdirSync(home.dir), ['witness.sock'])
  home.env.PORT = 'many'
  assert.equal((await home.run('__complete', '--', 'start', '')).stderr, '')
  assert.equal((await home.run('__complete', '--', 'sta')).stdout, 'start\nstartup\nstatus\n')
  home.env.PORT = '0'
})
