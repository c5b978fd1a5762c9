import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { closedUserNamespaces } from './user-namespaces.js'

/** Another `unshare` than the host's, or none. */
function withUnshare(t: TestContext, script: string | null) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-unshare-'))
  if (script !== null) writeFileSync(join(dir, 'unshare'), `#!/bin/sh\n${script}\n`)
  if (script !== null) chmodSync(join(dir, 'unshare'), 0o755)
  const { PATH } = process.env
  process.env.PATH = dir
  t.after(() => {
    process.env.PATH = PATH
    rmSync(dir, { recursive: true, force: true })
  })
}

test('namespaces that can be made are not closed, whatever else the host says of them', (t) => {
  withUnshare(t, 'case "$*" in "--user --pid --net --fork --root=/ true") exit 0;; *) exit 1;; esac')
  assert.equal(closedUserNamespaces(), null)
})

test('namespaces that cannot be made are closed, and why is said', (t) => {
  withUnshare(t, 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1')
  assert.match(closedUserNamespaces() ?? '', /Operation not permitted|is 0$|AppArmor/)
})

test('a host that cannot try is taken at its word', (t) => {
  withUnshare(t, null)
  assert.equal(closedUserNamespaces(), null)
})
