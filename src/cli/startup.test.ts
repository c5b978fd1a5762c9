import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemdUnit } from './startup.js'

const parts = { user: 'frota', home: '/srv/frota', checkout: '/opt/frota', node: '/opt/node/bin/node' }

test('systemd starts the supervisor for ever and leaves the sessions to it', () => {
  const lines = systemdUnit(parts).split('\n')
  for (const line of [
    'User=frota',
    'WorkingDirectory=/srv/frota',
    'Environment=FROTA_HOME=/srv/frota',
    'ExecStart=/opt/node/bin/node /opt/frota/bin/frota serve',
    'Restart=always',
    'KillMode=mixed',
    'WantedBy=multi-user.target',
  ]) {
    assert.ok(lines.includes(line), line)
  }
})

test('a path with spaces, percent signs and dollars means itself', () => {
  const unit = systemdUnit({ ...parts, home: '/srv/a b', checkout: '/opt/50% $x' })
  assert.match(unit, /^Environment="FROTA_HOME=\/srv\/a b"$/m)
  assert.match(unit, /^WorkingDirectory=\/srv\/a b$/m)
  assert.match(unit, /^ExecStart=\/opt\/node\/bin\/node "\/opt\/50%% \$\$x\/bin\/frota" serve$/m)
})
