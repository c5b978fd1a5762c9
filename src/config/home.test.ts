import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { ensureHome, homeDirectory, homePaths, throwIfHomeNotOurs } from './home.js'
import { homeId } from './home-id.js'

let home = ''
let config = { home, paths: homePaths(home, 0) }
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'frota-home-')))
  config = { home, paths: homePaths(home, process.getuid?.() ?? 0) }
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
  rmSync(config.paths.runDir, { recursive: true, force: true })
})

const mode = (path: string) => lstatSync(path).mode & 0o777

test('a new home is made for its user alone, as often as asked', () => {
  ensureHome(config)
  ensureHome(config)
  const { data, keys, logs, tokens, runDir, pm2Home, addresses } = config.paths
  for (const dir of [data, keys, logs, tokens, runDir, pm2Home, addresses]) assert.equal(mode(dir), 0o700, dir)
})

test("a session's address is a path short enough for a socket, whatever the home is called", () => {
  const { addresses } = homePaths(`/${'long/'.repeat(100)}`, 2 ** 32 - 1)
  assert.ok(join(addresses, `${randomUUID()}.sock`).length <= 107)
})

test('a directory that others could enter is closed', () => {
  mkdirSync(config.paths.runDir, { mode: 0o777 })
  ensureHome(config)
  assert.equal(mode(config.paths.runDir), 0o700)
})

test('a symlink in the place of a directory is refused', () => {
  symlinkSync(tmpdir(), config.paths.runDir)
  assert.throws(() => ensureHome(config), { code: 'HOME_UNSAFE', exit: 4 })
})

test('a home of another user is refused', { skip: process.getuid?.() !== 0 && 'only root can give files away' }, () => {
  mkdirSync(config.paths.data)
  chownSync(config.paths.data, 12345, 12345)
  assert.throws(() => ensureHome(config), { code: 'HOME_NOT_YOURS', exit: 4 })
})

test("a home's id is made once and stays; a broken one is never replaced", () => {
  ensureHome(config)
  const id = homeId(config)
  assert.equal(homeId(config), id)
  assert.equal(mode(config.paths.homeId), 0o600)
  writeFileSync(config.paths.homeId, '')
  assert.throws(() => homeId(config), { code: 'HOME_ID_BROKEN' })
  rmSync(config.paths.homeId)
  writeFileSync(config.paths.ledger, '')
  assert.throws(() => homeId(config), { code: 'HOME_ID_GONE' })
})

test('a home that cannot be is refused in one line, whatever it is', () => {
  const file = join(home, 'file')
  writeFileSync(file, '')
  symlinkSync('loop', join(home, 'loop'))
  for (const path of [file, join(file, 'x'), join(home, 'loop'), join(home, 'a'.repeat(300))]) {
    assert.throws(() => homeDirectory(path), { code: 'HOME_UNUSABLE', exit: 2 }, path)
  }
  assert.equal(homeDirectory(join(home, 'not', 'yet')), join(home, 'not', 'yet'))
  symlinkSync('nowhere', join(home, 'dangling'))
  for (const path of [join(home, 'dangling'), '/proc/frota']) {
    assert.throws(() => ensureHome({ home: path, paths: homePaths(path, 0) }), { name: 'UserError' }, path)
  }
  const deep = join(home, 'a', 'b')
  const made = { home: deep, paths: homePaths(deep, process.getuid?.() ?? 0) }
  ensureHome(made)
  rmSync(made.paths.runDir, { recursive: true })
})

test("looking at another user's home is refused, and makes nothing in one that is not there", {
  skip: process.getuid?.() !== 0 && 'only root can give files away',
}, () => {
  throwIfHomeNotOurs(config)
  assert.deepEqual(readdirSync(home), [])
  mkdirSync(config.paths.data)
  chownSync(config.paths.data, 12345, 12345)
  assert.throws(() => throwIfHomeNotOurs(config), { code: 'HOME_NOT_YOURS', exit: 4 })
})
