import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { CheckContext } from '../check.js'
import { check } from './check.js'

/** @param script what stands in for Chromium; null: there is none */
async function checked(t: TestContext, script: string | null, signal = new AbortController().signal) {
  const tmp = mkdtempSync(join(tmpdir(), 'frota-whatsapp-check-'))
  t.after(() => rmSync(tmp, { recursive: true, force: true }))
  const browser = script === null ? null : join(tmp, 'chromium')
  if (browser !== null) writeFileSync(browser, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const dirs = { browser, browserLibs: null, browserSandbox: true, tmp, data: tmp }
  const [finding, ...more] = await check({ dirs, signal } as unknown as CheckContext)
  assert.deepEqual(more, [])
  return finding
}

test('a Chromium that takes orders is fine, with a profile of its own', async (t) => {
  const finding = await checked(
    t,
    'echo "$*" >&2; case "$*" in *--user-data-dir=*/profile*) echo "DevTools listening on ws://x" >&2;; esac; exec sleep 60',
  )
  assert.equal(finding?.level, 'ok')
})

test('one that is not there, cannot be run, or ends is told with its own last words', async (t) => {
  assert.match((await checked(t, null))?.text ?? '', /there is no Chromium/)
  const ended = await checked(
    t,
    'echo first >&2; echo "error while loading shared libraries: libnss3.so" >&2; exit 127',
  )
  assert.deepEqual([ended?.level, ended?.what], ['error', 'browser'])
  assert.match(ended?.text ?? '', /does not start .*: it ended \(exit 127\): error while loading shared libraries/)
  const controller = new AbortController()
  controller.abort()
  assert.match((await checked(t, 'exec sleep 60', controller.signal))?.text ?? '', /does not start/)
})
