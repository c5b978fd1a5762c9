import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { openDraft, putFile, throwIfNotPuttable } from './put-file.js'
import { readRegularFile } from './regular-file.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'frota-put-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a file takes the place of the one before: whoever had that one open, linked or readable sees nothing of it', () => {
  const file = join(dir, 'qr.png')
  writeFileSync(file, 'before')
  chmodSync(file, 0o666)
  linkSync(file, join(dir, 'kept'))
  throwIfNotPuttable(file)
  putFile(file, 'secret')
  assert.equal(readFileSync(file, 'utf8'), 'secret')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(readFileSync(join(dir, 'kept'), 'utf8'), 'before')
  assert.deepEqual(readdirSync(dir).sort(), ['kept', 'qr.png'])
})

test('a link, a directory, a pipe or a device is neither written into nor replaced, and nothing is left behind', () => {
  const victim = join(dir, 'victim')
  writeFileSync(victim, 'kept')
  symlinkSync(victim, join(dir, 'link'))
  symlinkSync(join(dir, 'made'), join(dir, 'dangling'))
  mkdirSync(join(dir, 'folder'))
  execFileSync('mkfifo', [join(dir, 'pipe')])
  const before = readdirSync(dir)
  for (const path of ['link', 'dangling', 'folder', 'pipe', '/dev/null', 'nowhere/file'].map((name) =>
    join(dir, name),
  )) {
    assert.throws(() => throwIfNotPuttable(path), path)
    assert.throws(() => putFile(path, 'secret'), path)
  }
  assert.throws(() => putFile('/dev/null', ''), /not a regular file/)
  assert.equal(readFileSync(victim, 'utf8'), 'kept')
  assert.deepEqual(readdirSync(dir), before)
})

test('a file is read up to a size; what is none is refused at once', () => {
  const file = join(dir, 'file')
  writeFileSync(file, 'x'.repeat(2048))
  assert.equal(readRegularFile(file, 2048).bytes.length, 2048)
  assert.throws(() => readRegularFile(file, 1024), /larger than 1 KB/)
  assert.throws(() => readRegularFile(file, 100), /larger than 100 bytes/)
  execFileSync('mkfifo', [join(dir, 'pipe')])
  for (const path of [join(dir, 'pipe'), '/dev/zero', '/dev/tty']) {
    assert.throws(() => readRegularFile(path, 1024), /not a regular file|ENXIO/, path)
  }
  assert.throws(() => readRegularFile(dir, 1024), /directory/)
  assert.ok(readRegularFile('/proc/self/status', 64 * 1024).bytes.length > 100, 'its size is said to be 0')
})

test('a draft takes the name of its file when it is kept and not before; one that is dropped leaves nothing', () => {
  const file = join(dir, 'equity.csv')
  writeFileSync(file, 'before')
  const draft = openDraft(file)
  for (let line = 0; line < 100_000; line++) draft.write(`${line}: ä\n`)
  assert.equal(readFileSync(file, 'utf8'), 'before')
  draft.keep()
  draft.drop()
  const lines = readFileSync(file, 'utf8').split('\n')
  assert.deepEqual([lines.length, lines[99_999], statSync(file).mode & 0o777], [100_001, '99999: ä', 0o600])

  const dropped = openDraft(join(dir, 'none.csv'))
  dropped.write('half')
  dropped.drop()
  assert.deepEqual(readdirSync(dir), ['equity.csv'])
  assert.throws(() => openDraft(dir), /it is a directory/)
  symlinkSync(file, join(dir, 'link'))
  assert.throws(() => openDraft(join(dir, 'link')), /it is a link/)
})
