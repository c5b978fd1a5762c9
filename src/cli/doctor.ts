// `frota doctor`: looks at everything a fleet depends on, changes nothing, and says what to do.
import { styleText } from 'node:util'
import { Command } from 'commander'
import { connectToSupervisor } from '../api/client.js'
import { EXIT, UserError } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import type { Cli } from './cli.js'
import type { Finding, Patient } from './doctor/finding.js'

export function doctorCommands(cli: Cli): Command[] {
  const doctor = new Command('doctor')
    .description('check the host, the home, the store and the keys; exit 1 when something is wrong')
    .action(async () => {
      const findings = await examineAll(cli)
      const failed = findings.filter(({ level }) => level === 'fail').length
      const warned = findings.filter(({ level }) => level === 'warn').length
      cli.print({ ok: failed === 0, findings }, () => cli.typed(findings.map(lineOf).join('\n')))
      cli.note(failed + warned === 0 ? 'All is well.' : `${failed} to repair, ${warned} to know about.`)
      if (failed > 0) cli.exitWith(EXIT.failure)
      leaveBehind(failed > 0 ? EXIT.failure : EXIT.ok)
    })
  return [doctor]
}

/** A name that is still being looked up cannot be given up, and would keep the program for as long as the host tries. */
function leaveBehind(exitCode: number) {
  setTimeout(() => process.exit(exitCode), LEAVE_AFTER_MS).unref()
}
const LEAVE_AFTER_MS = 500

async function examineAll(cli: Cli): Promise<Finding[]> {
  const [{ examine }, program, home, host, gateway, browser, store, network] = await Promise.all([
    import('./doctor/finding.js'),
    import('./doctor/program.js'),
    import('./doctor/home.js'),
    import('./doctor/host.js'),
    import('./doctor/gateway.js'),
    import('./doctor/browser.js'),
    import('./doctor/store.js'),
    import('./doctor/network.js'),
  ])
  const { checkout } = cli.doors
  const findings = [
    ...(await examine('node', program.checkNode)),
    ...(await examine('pm2', () => program.checkPm2({ checkout }))),
    ...(await examine('open files', host.checkLimits)),
    ...(await examine('/dev/shm', host.checkSharedMemory)),
  ]
  const patient = await admit(cli)
  if ('problem' in patient) return [...findings, patient.problem]
  const checks = {
    settings: program.checkSettings,
    home: home.checkHome,
    supervisor: home.checkSupervisor,
    'pm2 daemon': home.checkDaemons,
    orphans: home.checkOrphans,
    store: store.checkStore,
    key: store.checkKey,
    kinds: program.checkKinds,
    sessions: store.checkSessions,
    leftovers: store.checkLeftovers,
    network: network.checkNetwork,
    browser: browser.checkBrowser,
    sandbox: browser.checkSandbox,
    ports: host.checkPorts,
    gateway: gateway.checkGateway,
    disk: host.checkDisk,
    memory: host.checkMemory,
  }
  for (const [name, check] of Object.entries(checks)) findings.push(...(await examine(name, () => check(patient))))
  await patient.live?.close()
  return [...findings, honestLimit()]
}

/** Past the verbs, because asking those would make a home that is not there. */
async function admit(cli: Cli): Promise<Patient | { problem: Finding }> {
  try {
    const config = cli.doors.config()
    return {
      config,
      live: await supervisorIfSafe(config.paths.controlSocket),
      admin: await cli.doors.admin(),
      checkout: cli.doors.checkout,
    }
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown
    const check = thrown.code.startsWith('HOME_') ? 'home' : 'settings'
    return { problem: { check, level: 'fail', message: thrown.message, advice: thrown.hint } }
  }
}

/** A socket that another user could have made is none to ask; the home's check says so. */
async function supervisorIfSafe(socket: string) {
  try {
    return (await connectToSupervisor(socket)) ?? null
  } catch (thrown) {
    if (thrown instanceof UserError && thrown.code.startsWith('HOME_')) return null
    throw thrown
  }
}

function honestLimit(): Finding {
  const message = 'all sessions run as one OS user: customers are kept apart by the program, not by the kernel'
  return { check: 'separation', level: 'ok', message, advice: 'see docs/security.md' }
}

const COLOUR = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function lineOf({ check, level, message, advice }: Finding): string {
  const words = advice === '' ? plain(message) : `${plain(message)} ${styleText('dim', `→ ${plain(advice)}`)}`
  return `${styleText(COLOUR[level], level.padEnd(4))}  ${check.padEnd(11)} ${words}`
}
