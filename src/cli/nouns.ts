// Which file has which command. Only the asked one is loaded: every file costs a millisecond or more of each call.
import type { Command } from 'commander'
import type { Cli } from './cli.js'
import { COMMANDS_OF, type CommandFile, kindAskedBy } from './command-names.js'

type Commands = (cli: Cli, all: () => Promise<Command[]>) => Command[]

const LOAD: Record<CommandFile, () => Promise<Commands>> = {
  fleet: async () => (await import('./fleet.js')).fleetCommands,
  health: async () => (await import('./health-command.js')).healthCommands,
  tenants: async () => (await import('./tenants.js')).tenantCommands,
  plans: async () => (await import('./plans.js')).planCommands,
  sessions: async () => (await import('./sessions.js')).sessionCommands,
  rename: async () => (await import('./rename.js')).renameCommands,
  recover: async () => (await import('./recover.js')).recoverCommands,
  move: async () => (await import('./move.js')).moveCommands,
  menu: async () => (await import('./menu.js')).menuCommands,
  kinds: async () => (await import('./kinds.js')).kindCommands,
  config: async () => (await import('./config.js')).configCommands,
  secrets: async () => (await import('./secrets.js')).secretCommands,
  pair: async () => (await import('./pair.js')).pairCommands,
  history: async () => (await import('./history.js')).historyCommands,
  audit: async () => (await import('./audit.js')).auditCommands,
  records: async () => (await import('./records.js')).recordCommands,
  hooks: async () => (await import('./hooks.js')).hookCommands,
  views: async () => (await import('./views.js')).viewCommands,
  do: async () => (await import('./do.js')).doCommands,
  notify: async () => (await import('./notify.js')).notifyCommands,
  db: async () => (await import('./db.js')).dbCommands,
  keys: async () => (await import('./keys.js')).keyCommands,
  check: async () => (await import('./check.js')).checkCommands,
  doctor: async () => (await import('./doctor.js')).doctorCommands,
  startup: async () => (await import('./startup.js')).startupCommands,
  demo: async () => (await import('./demo/command.js')).demoCommands,
  completion: async () => (await import('./completion.js')).completionCommands,
  sim: async () => (await import('./sim.js')).simCommands,
}

/**
 * The commands that `argv` may mean: one file's, a kind's jobs, or all when it names none of them (help, a typing mistake).
 */
export async function loadCommands(cli: Cli, argv: string[]): Promise<Command[]> {
  const first = argv.find((word) => !word.startsWith('-'))
  const kind = kindAskedBy(argv)
  const jobs = kind === undefined ? [] : await (await import('./jobs.js')).jobCommands(cli, kind)
  if (jobs.length === 1 && jobs[0]?.name() === kind && kind === first) return jobs
  const files = Object.keys(LOAD) as CommandFile[]
  const asked = files.filter((file) => (COMMANDS_OF[file] as readonly (string | undefined)[]).includes(first))
  const loaded = await Promise.all((asked.length > 0 ? asked : files).map((file) => LOAD[file]()))
  return [...loaded.flatMap((commands) => commands(cli, () => loadCommands(cli, []))), ...jobs]
}
