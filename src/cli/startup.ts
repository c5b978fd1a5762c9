// `frota startup`: a systemd unit for `frota serve`, printed or installed.
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { Command } from 'commander'
import { canonicalPath, homePaths } from '../config/home.js'
import { messageOf, notAllowed, UserError } from '../core/errors.js'
import type { Cli } from './cli.js'

const UNIT_FILE = '/etc/systemd/system/frota.service'
/** systemd empties /tmp of what is old; the run directory of a long-lived fleet is. */
const TMPFILES_FILE = '/etc/tmpfiles.d/frota.conf'
const TMPFILES = 'x /tmp/frota-*\n'

export function startupCommands(cli: Cli): Command[] {
  const startup = new Command('startup')
    .description('print a systemd unit that brings the fleet up with the host')
    .option('--install', 'install and start it (root)')
    .action(async ({ install = false }: { install?: boolean }) => {
      const unit = unitOf(cli)
      if (!install) {
        cli.print({ path: UNIT_FILE, unit }, () => unit)
        return cli.note(`Install it: frota startup --install (as root), or write it to ${UNIT_FILE} yourself.`)
      }
      await installUnit(cli, unit)
      cli.print(
        { path: UNIT_FILE, unit, installed: true },
        () => 'The fleet is up and comes up with the host: systemctl status frota',
      )
    })
  return [startup]
}

export interface UnitParts {
  user: string
  home: string
  checkout: string
  node: string
}

/**
 * Restart: `frota down` ends the supervisor with 0, and that is meant; any other end is not.
 * KillMode: the sessions of a supervisor that crashed work on until the next one adopts them, one second later.
 * OOMPolicy: a session that the kernel kills is started again by the supervisor; systemd would stop them all.
 */
export function systemdUnit({ user, home, checkout, node }: UnitParts): string {
  const frota = `${argument(node)} ${argument(`${checkout}/bin/frota`)}`
  return `[Unit]
Description=frota: runs and watches the sessions of ${home.replace(/%/g, '%%')}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
WorkingDirectory=${home.replace(/%/g, '%%')}
Environment=${word(`FROTA_HOME=${home}`)}
ExecStart=${frota} serve
ExecStop=/bin/sh -c ${argument(DRAIN)} sh ${frota} down
Restart=always
RestartPreventExitStatus=0
RestartSec=1
KillMode=process
TimeoutStopSec=${STOP_WITHIN_S}
OOMPolicy=continue
LimitNOFILE=65536
LimitCORE=0

[Install]
WantedBy=multi-user.target
`
}

/**
 * systemd asks this also after a supervisor that ended with 0, then without a MAINPID: whoever ended it has drained, and
 * may be bringing the fleet up again. A supervisor that hangs, or dies while it drains, is ended; what it leaves is then
 * found by marker.
 */
const DRAIN = '[ -z "$MAINPID" ] || "$@" || { kill -KILL "$MAINPID"; exec "$@"; }'

/** `frota down` takes 60 s at the very most (sessions 30, supervisor 20, PM2 10), and may be needed twice. */
const STOP_WITHIN_S = 120

/** As systemd reads it: % begins a specifier everywhere, $ a variable in commands only. */
function word(text: string): string {
  const escaped = text.replace(/%/g, '%%').replace(/["\\]/g, '\\$&')
  return /[\s"\\;]/.test(text) ? `"${escaped}"` : escaped
}
const argument = (text: string) => word(text).replace(/\$/g, '$$$$')

function unitOf(cli: Cli): string {
  const [home, checkout] = [cli.doors.home(), canonicalPath(cli.doors.checkout)]
  return systemdUnit({ user: nameOf(ownerOf(home, checkout)), home, checkout, node: process.execPath })
}

/** Whoever owns the home runs it, also when root installs the unit. */
const ownerOf = (home: string, checkout: string) => statSync(existsSync(home) ? home : checkout).uid

function nameOf(uid: number): string {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.split(':')[2] === String(uid))
  return line?.split(':')[0] ?? String(uid)
}

async function installUnit(cli: Cli, unit: string) {
  if (!existsSync('/run/systemd/system')) {
    throw new UserError(
      'NO_SYSTEMD',
      'This host is not run by systemd.',
      'let your container or process manager run: frota serve',
    )
  }
  if (process.getuid?.() !== 0)
    throw notAllowed('NOT_ROOT', 'Only root may install a unit.', 'sudo frota startup --install')
  // Not by the lock: root opening files in another user's home would follow whatever links lie there.
  const home = cli.doors.home()
  const [daemon] = await cli.doors.daemonsAt(homePaths(home, ownerOf(home, cli.doors.checkout)).pm2Home)
  if (daemon !== undefined) {
    throw new UserError(
      'FLEET_IS_UP',
      `The fleet is up: PM2 runs (pid ${daemon}).`,
      'frota down first; systemd starts it again',
    )
  }
  writeForAll(UNIT_FILE, unit)
  writeForAll(TMPFILES_FILE, TMPFILES)
  for (const args of [['daemon-reload'], ['enable', '--now', 'frota.service']]) {
    await promisify(execFile)('systemctl', args).catch((thrown) => {
      throw new UserError(
        'SYSTEMCTL_FAILED',
        `systemctl ${args.join(' ')}: ${messageOf(thrown)}.`,
        'journalctl -u frota',
      )
    })
  }
}

function writeForAll(file: string, text: string) {
  writeFileSync(file, text)
  chmodSync(file, 0o644) // whatever the umask
}
