import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { openProfiles, type Profiles } from './profiles.js'

let folder: string
let profiles: Profiles
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frota-profiles-'))
  profiles = openProfiles(folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A profile with a login in it. */
function link(name: string) {
  profiles.prepare()
  profiles.keep()
  writeFileSync(join(profiles.path, name), '')
}
const holds = (name: string) => existsSync(join(profiles.path, name))

test('a profile that was there before may hold a login: only one that we made, and nobody linked, holds none', () => {
  mkdirSync(profiles.path)
  assert.equal(profiles.login, 'linked')
  profiles.remove()
  profiles.prepare()
  assert.equal(profiles.login, 'unpaired')
  profiles.keep()
  profiles.prepare()
  assert.equal(profiles.login, 'linked')
})

test('a login set aside comes back as it was, in place of a profile without one', () => {
  link('first')
  profiles.setAside()
  profiles.prepare()
  assert.deepEqual([profiles.login, profiles.hasAside, holds('first')], ['unpaired', true, false])
  profiles.bringBack()
  assert.deepEqual([profiles.login, profiles.hasAside, holds('first')], ['aside', false, true])
})

test('a login in use is never replaced by one set aside', () => {
  link('first')
  profiles.setAside()
  link('second')
  assert.throws(() => profiles.bringBack(), /would be lost/)
  assert.ok(holds('second'))
})

test('logins set aside take turns, are few, and none is deleted to make room', () => {
  for (const name of ['first', 'second', 'third']) {
    link(name)
    profiles.setAside()
  }
  link('fourth')
  assert.throws(() => profiles.setAside(), /3 logins are set aside already/)
  assert.ok(holds('fourth'))
  profiles.remove()
  for (const name of ['first', 'second', 'third', 'first']) {
    profiles.bringBack()
    assert.ok(holds(name), name)
    profiles.setAside()
  }
  profiles.removeAside()
  assert.deepEqual(readdirSync(folder), [])
})
