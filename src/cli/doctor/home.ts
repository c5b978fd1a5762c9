// The home: who may look into it, and whether what runs is what should run.
import { accessSync, constants, existsSync, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { askHealth } from '../../api/health.js'
import { findMarked } from '../../processes/proc.js'
import { type Finding, fail, ok, type Patient, warn } from './finding.js'

export function checkHome({ config }: Patient): Finding[] {
  const { paths, home } = config
  const shut = [paths.data, paths.logs, paths.tokens].find(isShut)
  if (shut)
    return [fail('home', `You may not write to ${existing(shut)}.`, 'chmod u+rwx, or set FROTA_HOME to another')]
  if (!existsSync(home)) return [ok('home', `${home} is made at first use`)]
  const dirs = [
    paths.data,
    paths.keys,
    dirname(paths.lock),
    paths.logs,
    paths.tokens,
    paths.runDir,
    paths.pm2Home,
    paths.addresses,
    paths.hostSockets,
  ]
  const findings: Finding[] = []
  for (const dir of dirs) {
    findings.push(...privacy(dir, 0o077))
    if (findings.some(({ level }) => level === 'fail') && !isOurs(dir)) return findings // no looking any deeper
  }
  for (const file of [paths.db, paths.keyFile, paths.envFile]) findings.push(...privacy(file, 0o044))
  return findings.length > 0 ? findings : [ok('home', `${home} is its user's alone`)]
}

/** Closed to us, or not to be made. Somebody else's is told as that. */
function isShut(dir: string): boolean {
  const at = existing(dir)
  try {
    accessSync(at, constants.R_OK | constants.W_OK | constants.X_OK)
    return false
  } catch {
    return at !== dir || isOurs(dir)
  }
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)))
const isOurs = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.()

function privacy(path: string, closed: number): Finding[] {
  const seen = lstatSync(path, { throwIfNoEntry: false })
  if (!seen) return []
  const uid = process.getuid?.() ?? seen.uid
  if (seen.isSymbolicLink()) return [warn('home', `${path} is a link.`, 'put the file itself there')]
  if (seen.uid !== uid) {
    return [fail('home', `${path} belongs to uid ${seen.uid}; you are ${uid}.`, 'run frota as that user, or chown it')]
  }
  if ((seen.mode & closed) === 0) return []
  const right = seen.isDirectory() ? '700' : '600'
  const mode = (seen.mode & 0o777).toString(8)
  return [fail('home', `Others may read ${path} (mode ${mode}).`, `chmod ${right} ${path}`)]
}

export async function checkSupervisor({ config, admin, live }: Patient): Promise<Finding[]> {
  const { paths } = config
  if (live) return [ok('supervisor', 'the fleet is up')]
  const standby = await askHealth(paths.standbySocket).catch(() => null)
  if (standby?.waitsFor !== undefined) {
    const advice = 'it takes over when that one leaves; two never run at once'
    return [ok('supervisor', `it waits for the home, which is held: ${standby.waitsFor}`, advice)]
  }
  const findings: Finding[] = []
  if (existsSync(dirname(paths.lock))) {
    const lock = admin.lock('frota doctor')
    if ('release' in lock) lock.release()
    else findings.push(fail('supervisor', `It runs but does not answer: ${lock.heldBy}.`, 'frota down, then frota up'))
  }
  const left = [paths.controlSocket, paths.sessionsSocket, paths.servicesSocket].filter((socket) => existsSync(socket))
  if (left.length > 0) {
    findings.push(warn('supervisor', `Nobody answers at ${left.join(', ')}.`, 'left by a crash; frota up replaces it'))
  }
  return findings.length > 0 ? findings : [ok('supervisor', 'the fleet is down', 'frota up')]
}

export function checkDaemons({ admin, live }: Patient): Finding[] {
  const daemons = admin.daemons()
  if (daemons.length > 1) {
    return [
      fail('pm2 daemon', `${daemons.length} run for this home: ${daemons.join(', ')}.`, 'frota down, then frota up'),
    ]
  }
  if (daemons.length === 1) {
    if (live) return [ok('pm2 daemon', `pid ${daemons[0]}`)]
    return [warn('pm2 daemon', `It runs (pid ${daemons[0]}) without a supervisor.`, 'frota up, or frota down')]
  }
  if (!live) return [ok('pm2 daemon', 'none, as it should be while the fleet is down')]
  return [ok('pm2 daemon', 'none of ours: the supervisor runs in your own PM2 or is starting one')]
}

export async function checkOrphans({ config, live }: Patient): Promise<Finding[]> {
  const marked = findMarked(config.home)
  const rows = live ? [...(await live.call('sessions.list', {})), ...(await live.call('host.services'))] : []
  const livePids = new Set(rows.map((row) => row.pid))
  const aliveRuns = new Set(marked.filter(({ pid }) => livePids.has(pid)).map(({ run }) => run))
  const orphans = marked.filter(({ run }) => !aliveRuns.has(run))
  if (orphans.length === 0) return [ok('orphans', `none; ${marked.length} processes belong to live sessions`)]
  const names = [...new Set(orphans.map(({ session }) => session || 'unknown'))].join(', ')
  const advice = live
    ? 'frota restart, should they stay'
    : 'frota up takes them over or ends them; frota down ends them'
  return [
    warn(
      'orphans',
      `${orphans.length} processes of ${names} have no supervisor: pids ${orphans.map(({ pid }) => pid).join(', ')}.`,
      advice,
    ),
  ]
}
