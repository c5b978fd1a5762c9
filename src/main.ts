// The one place where the supervisor's and the CLI's parts are put together. Nothing heavy is loaded before it is needed:
// `frota ls` on a running fleet loads neither store, nor kinds, nor PM2.

import { readFileSync } from 'node:fs'
import { connectToSupervisor } from './api/client.js'
import type { FleetClient } from './api/verbs.js'
import type { Doors } from './cli/doors.js'
import { runProgram } from './cli/program.js'
import { type Config, loadConfig } from './config/config.js'
import { readEnvironment } from './config/environment.js'
import { locateHome } from './config/home.js'
import { programName } from './config/program-name.js'
import type { OperatorDoor } from './core/actors.js'
import { UserError } from './core/errors.js'
import { hasCode } from './node/codes.js'
import { giveUpCoreDumps } from './processes/core-dumps.js'

const MAIN = import.meta.filename
const CHECKOUT = MAIN.replace(/\/(dist\/)?src\/main\.[jt]s$/, '')
const VERSION = JSON.parse(readFileSync(`${CHECKOUT}/package.json`, 'utf8')).version as string

// What this program and its children make is for its user alone; whoever makes a file for others says so.
process.umask(0o077)

const argv = process.argv.slice(2)
const env = readEnvironment()
let loaded: Config | undefined
let called: string | undefined
let door: OperatorDoor = 'cli'

function workingDirectory(): string {
  const directory = workingDirectoryIfAny()
  if (directory !== null) return directory
  throw new UserError('NO_DIRECTORY', 'The directory this shell stands in is gone.', 'cd to another one')
}

/** Its directory may have been removed under a shell that still stands in it. */
function workingDirectoryIfAny(): string | null {
  try {
    return process.cwd()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    return null
  }
}

const doors: Doors = {
  version: VERSION,
  checkout: CHECKOUT,
  program() {
    called ??= programName({ path: env.PATH, cwd: workingDirectoryIfAny(), checkout: CHECKOUT })
    return called
  },
  config() {
    loaded ??= loadConfig({ env, checkout: CHECKOUT, cwd: workingDirectory() })
    return loaded
  },
  home: () => locateHome({ env, checkout: CHECKOUT, cwd: workingDirectory() }),
  async daemonsAt(pm2Home) {
    const { allDaemonsOf } = await import('./processes/pm2-daemon.js')
    return allDaemonsOf(pm2Home)
  },
  supervisor: () => connectToSupervisor(doors.config().paths.controlSocket, door),
  async client(): Promise<FleetClient> {
    const live = await doors.supervisor()
    if (live) return live
    const { openLocalClient } = await import('./main/local.js')
    return openLocalClient(doors.config(), { version: VERSION, checkout: CHECKOUT, door })
  },
  async liveClient() {
    const before = await doors.supervisor()
    if (before) return before
    await doors.up()
    const live = await doors.supervisor()
    if (!live) throw new Error('the supervisor went away as soon as it was up')
    return live
  },
  async up({ unattended = false } = {}) {
    const { bringUp } = await import('./main/bring-up.js')
    return bringUp(doors.config(), { main: MAIN, unattended })
  },
  async down() {
    const { bringDown } = await import('./main/bring-up.js')
    return bringDown(doors.config())
  },
  async serve({ wait }) {
    giveUpCoreDumps()
    const { serve } = await import('./main/serve.js')
    return serve(doors.config(), { version: VERSION, checkout: CHECKOUT, main: MAIN, env, wait })
  },
  async menu() {
    door = 'menu'
    const { runMenu } = await import('./menu/menu.js')
    return runMenu(doors)
  },
  async run(ref) {
    giveUpCoreDumps()
    const { runForeground } = await import('./main/run.js')
    return runForeground(doors.config(), ref, { version: VERSION, checkout: CHECKOUT })
  },
  async admin() {
    const { openAdmin } = await import('./main/admin.js')
    return openAdmin(doors.config(), CHECKOUT)
  },
}

process.exitCode = await runProgram(argv, doors)
