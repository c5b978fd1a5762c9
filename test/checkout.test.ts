// The program in a directory with a name as people give them.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { execute, fleetHome, NODE, ROOT } from './fleet-home.js'

test('a checkout whose path has spaces, signs and accents runs a fleet', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'frota-checkout-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  const checkout = join(parent, 'São Paulo #1 100%20 (new)')
  mkdirSync(checkout)
  for (const part of ['bin', 'dist', 'supabase', 'package.json'])
    cpSync(join(ROOT, part), join(checkout, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
  // Its fleet ends with the home's, before the checkout goes.
  const home = await fleetHome(t)
  const frota = async (...args: string[]) => {
    const ran = await execute(NODE, [join(checkout, 'bin/frota'), ...args], home.env, checkout)
    assert.equal(ran.code, 0, `frota ${args.join(' ')}: ${ran.stderr}${ran.stdout}`)
    return ran.stdout
  }
  await frota('tenant', 'add', 'acme')
  await frota('add', 'acme/a', '--kind', 'probe', '--set', `witness=${home.witness.socket}`)
  await frota('start', 'acme/a', '--wait')
  const [row] = await home.reached('ready', 'acme/a')
  assert.ok(row)
  await frota('down')
})
