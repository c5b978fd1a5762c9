import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { cgroupMemory } from './cgroup.js'

const MB = 1024 * 1024

/** A tree of files as the kernel shows them. */
function read(t: TestContext, membership: string, files: Record<string, string | number>) {
  const root = mkdtempSync(join(tmpdir(), 'frota-cgroup-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries({ ...files, membership })) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  return cgroupMemory(root, join(root, 'membership'))
}

test('a container’s limit counts, and the files it has read do not count as used', (t) => {
  const found = read(t, '0::/', {
    'memory.max': 512 * MB,
    'memory.current': 400 * MB,
    'memory.stat': `anon 1\ninactive_file ${100 * MB}\nactive_file ${100 * MB}`,
  })
  assert.deepEqual(found, { limitBytes: 512 * MB, freeBytes: 262 * MB })
})

test('a limit on a slice holds for the services in it, and the tightest of several counts', (t) => {
  const files = {
    'a.slice/memory.max': 512 * MB,
    'a.slice/memory.current': 500 * MB,
    'a.slice/frota.service/memory.max': 'max',
    'a.slice/frota.service/memory.current': 50 * MB,
  }
  assert.deepEqual(read(t, '0::/a.slice/frota.service', files), { limitBytes: 512 * MB, freeBytes: 12 * MB })
  const own = { ...files, 'a.slice/frota.service/memory.max': 55 * MB }
  assert.deepEqual(read(t, '0::/a.slice/frota.service', own), { limitBytes: 55 * MB, freeBytes: 5 * MB })
})

test('the first version of cgroups, its number for "no limit", and a membership that cannot be seen from inside', (t) => {
  const membership = '5:devices:/x\n4:cpu,memory:/docker/abc\n0::/'
  const limited = { 'memory/memory.limit_in_bytes': 256 * MB, 'memory/memory.usage_in_bytes': 200 * MB }
  assert.deepEqual(read(t, membership, limited), { limitBytes: 256 * MB, freeBytes: 56 * MB })
  const stat = { 'memory/memory.stat': `inactive_file 0\ntotal_inactive_file ${20 * MB}` }
  assert.equal(read(t, membership, { ...limited, ...stat })?.freeBytes, 76 * MB)
  const none = { 'memory/memory.limit_in_bytes': '9223372036854771712', 'memory/memory.usage_in_bytes': 1 }
  assert.ok((read(t, membership, none)?.limitBytes ?? 0) > 1e15)
})

test('without cgroups there is no limit', (t) => {
  assert.equal(read(t, '', {}), null)
  assert.equal(cgroupMemory('/nowhere', '/nowhere'), null)
})
