import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { isPrivateGroup } from './private-group.js'
import { distrustOf, distrustOfOwnDirectory, distrustOfSocket } from './trust.js'

let dir = ''
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'frota-trust-')))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const isRoot = process.getuid?.() === 0
/** Of nobody's group, so that no group is our own. */
const NOBODY = 65_534

function place(name: string, mode: number): string {
  const path = join(dir, name)
  mkdirSync(path)
  chmodSync(path, mode)
  return path
}

test('what others may write to is not trusted, nor what lies in it, unless they may only add names (sticky)', () => {
  const shared = place('shared', 0o777)
  const inner = place('shared/inner', 0o700)
  assert.equal(distrustOf(dir), null)
  assert.deepEqual(distrustOf(shared), {
    is: 'open',
    message: `other users may write to ${shared} (mode 777)`,
    remedy: `chmod go-w ${shared}`,
  })
  assert.match(distrustOf(inner)?.remedy ?? '', /^chmod \+t .*shared/)
  assert.match(distrustOf(join(inner, 'not/there/yet'))?.message ?? '', /shared/)
  chmodSync(shared, 0o1777)
  assert.equal(distrustOf(inner), null)
  assert.equal(distrustOf(shared)?.remedy, `use a directory of your own in ${shared}`)
})

test('a link is judged by where it leads, and none may stand for a directory of our own', () => {
  const open = place('open', 0o777)
  symlinkSync(open, join(dir, 'link'))
  assert.equal(distrustOf(join(dir, 'link'))?.is, 'open')
  assert.equal(distrustOfOwnDirectory(join(dir, 'link'))?.is, 'odd')
  assert.equal(distrustOfOwnDirectory(join(dir, 'missing')), null)
})

test('a socket is asked only when it and its directory are ours alone', async (t) => {
  const own = place('own', 0o700)
  const socket = join(own, 'a.sock')
  assert.equal(distrustOfSocket(socket), null, 'to connect will say that there is none')
  const server = createServer().listen(socket)
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  chmodSync(socket, 0o600)
  assert.equal(distrustOfSocket(socket), null)
  chmodSync(socket, 0o666)
  assert.equal(distrustOfSocket(socket)?.is, 'open')
  chmodSync(socket, 0o600)
  chmodSync(own, 0o777)
  assert.equal(distrustOfSocket(socket)?.is, 'open')
  writeFileSync(join(dir, 'file'), '')
  assert.equal(distrustOfSocket(join(dir, 'file'))?.is, 'odd')
})

test('what is neither ours nor root’s is not trusted, and for a socket’s directory root’s is not ours', () => {
  // Root can give files away. An ordinary user finds some of root's: trusted as a home's parents, not as one's own.
  if (isRoot) {
    const theirs = place('theirs', 0o700)
    chownSync(theirs, NOBODY, NOBODY)
    assert.match(
      distrustOf(join(theirs, 'x'))?.message ?? '',
      /theirs belongs to another user \(uid 65534; you are 0\)/,
    )
    assert.equal(distrustOfSocket(join(theirs, 'a.sock'))?.is, 'foreign')
  } else {
    assert.equal(distrustOf('/usr'), null)
    assert.match(distrustOfSocket('/usr/a.sock')?.remedy ?? '', /let root remove it/)
  }
})

test('a group is the user’s own when it has the user’s name and nobody else in it', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\nbia:x:1001:100::/home/bia:/bin/sh\n'
  const group = 'root:x:0:\nusers:x:100:\nana:x:1000:\nstaff:x:50:ana\n'
  const ana = { uid: 1000, gid: 1000, passwd, group }
  assert.equal(isPrivateGroup(ana), true)
  assert.equal(isPrivateGroup({ ...ana, group: group.replace('ana:x:1000:', 'ana:x:1000:ana') }), true)
  assert.equal(isPrivateGroup({ ...ana, group: group.replace('ana:x:1000:', 'ana:x:1000:ana,bia') }), false)
  assert.equal(isPrivateGroup({ ...ana, passwd: `${passwd}eva:x:1002:1000::/:/bin/sh\n` }), false)
  assert.equal(isPrivateGroup({ ...ana, gid: 50 }), false, 'not the primary group')
  assert.equal(isPrivateGroup({ ...ana, uid: 1001, gid: 100 }), false, 'others may be in it that no file names')
  assert.equal(isPrivateGroup({ ...ana, uid: 77, gid: 77 }), false, 'a container without a name for its user')
})
