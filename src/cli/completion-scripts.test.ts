import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { scriptFor } from './completion-scripts.js'

const BASH = '/bin/bash'

test('bash completes key=value, and its word breaks stay as they were for all other programs', {
  skip: !existsSync(BASH) && 'not here',
}, (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-bash-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const program = join(dir, 'frota')
  const asked = join(dir, 'asked')
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${asked}'\necho reply=fixed\necho reply=off\n`, {
    mode: 0o755,
  })
  const words = ['config', 'set', 'acme/a', '"my name"', 'reply', '=', 'o'].map((word) => `'${word}'`).join(' ')
  const ask = `breaks=$COMP_WORDBREAKS
    ${scriptFor('bash', program)}
    COMP_WORDS=(frota ${words}); COMP_CWORD=7; COMP_LINE='frota config set acme/a "my name"  reply=o'
    COMP_POINT=\${#COMP_LINE}; _frota; printf '%s\\n' "\${COMPREPLY[@]}"; cat '${asked}'
    [[ $breaks == "$COMP_WORDBREAKS" ]] || echo changed`
  const said = execFileSync(BASH, ['--norc', '-c', ask], { env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' })
  const given = ['__complete', '--', 'config', 'set', 'acme/a', '"my name"', 'reply=o']
  assert.deepEqual(said.trim().split('\n'), ['fixed', 'off', ...given])
})
