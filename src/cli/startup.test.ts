import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemdUnit } from './startup.js'

const parts = { user: 'frota', home: '/srv/frota', checkout: '/opt/frota', node: '/opt/node/bin/node' }
const linesOf = (unit: string) => unit.split('\n')

test('systemd starts the supervisor for ever and leaves the sessions to it', () => {
  const lines = linesOf(systemdUnit(parts))
  for (const line of [
    'User=frota',
    'WorkingDirectory=/srv/frota',
    'Environment=FROTA_HOME=/srv/frota',
    'ExecStart=/opt/node/bin/node /opt/frota/bin/frota serve',
    'Restart=always',
    'KillMode=process',
    'OOMPolicy=continue',
    'WantedBy=multi-user.target',
  ]) {
    assert.ok(lines.includes(line), line)
  }
})

test('`frota down` stays down under systemd: the supervisor that it ends with 0 is not started again', () => {
  assert.ok(linesOf(systemdUnit(parts)).includes('RestartPreventExitStatus=0'))
})

test('told to stop, systemd drains: through the supervisor that lives, or past one that hangs; it waits for long enough', () => {
  const unit = systemdUnit(parts)
  const stop = unit.match(
    /^ExecStop=\/bin\/sh -c "(.*)" sh \/opt\/node\/bin\/node \/opt\/frota\/bin\/frota down$/m,
  )?.[1]
  // As systemd hands it to the shell.
  const script = stop?.replaceAll('\\"', '"').replaceAll('$$', '$')
  assert.equal(script, '[ -z "$MAINPID" ] || "$@" || { kill -KILL "$MAINPID"; exec "$@"; }')
  assert.ok(linesOf(unit).includes('TimeoutStopSec=120'))
})

test('no core dump is left by what systemd starts', () => {
  assert.ok(linesOf(systemdUnit(parts)).includes('LimitCORE=0'))
})

test('a path with spaces, percent signs and dollars means itself', () => {
  const unit = systemdUnit({ ...parts, home: '/srv/a b', checkout: '/opt/50% $x' })
  assert.match(unit, /^Environment="FROTA_HOME=\/srv\/a b"$/m)
  assert.match(unit, /^WorkingDirectory=\/srv\/a b$/m)
  assert.match(unit, /^ExecStart=\/opt\/node\/bin\/node "\/opt\/50%% \$\$x\/bin\/frota" serve$/m)
  assert.match(unit, / sh \/opt\/node\/bin\/node "\/opt\/50%% \$\$x\/bin\/frota" down$/m)
})
