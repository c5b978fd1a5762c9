import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { programName } from './program-name.js'

test('a hint names the command as it can be typed: by its name only where the PATH leads to this very program', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-called-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const checkout = join(dir, 'my checkout')
  const launcher = join(checkout, 'bin/frota')
  for (const made of ['my checkout/bin', 'linked', 'other', 'work']) mkdirSync(join(dir, made), { recursive: true })
  for (const file of [launcher, join(dir, 'other/frota')]) {
    writeFileSync(file, '')
    chmodSync(file, 0o755)
  }
  symlinkSync(launcher, join(dir, 'linked/frota'))
  const called = (path: string | undefined, cwd: string | null) => programName({ path, cwd, checkout })
  assert.equal(called(`/nowhere:${dir}/linked:${dir}/other`, dir), 'frota')
  assert.equal(called(`${dir}/other:${dir}/linked`, checkout), 'node bin/frota')
  assert.equal(called('bin', checkout), 'node bin/frota')
  assert.equal(called(undefined, dir), `node 'my checkout/bin/frota'`)
  assert.equal(called('/bin', join(dir, 'work')), `node '${launcher}'`)
  assert.equal(called('/bin', null), `node '${launcher}'`)
})
