// Which file has which command. Only the asked one is loaded: every file costs a millisecond or more of each call.
import type { Command } from 'commander'
import type { Cli } from './cli.js'

interface Noun {
  commands: string[]
  load(): Promise<(cli: Cli) => Command[]>
}

const NOUNS: Noun[] = [
  {
    commands: ['up', 'down', 'serve', 'status', 'clean'],
    load: async () => (await import('./fleet.js')).fleetCommands,
  },
  {
    commands: ['tenant', 'plan'],
    load: async () => (await import('./tenants.js')).tenantCommands,
  },
  {
    commands: ['ls', 'add', 'show', 'start', 'stop', 'restart', 'rm'],
    load: async () => (await import('./sessions.js')).sessionCommands,
  },
  { commands: ['rename'], load: async () => (await import('./rename.js')).renameCommands },
  { commands: ['recover'], load: async () => (await import('./recover.js')).recoverCommands },
  { commands: ['menu'], load: async () => (await import('./menu.js')).menuCommands },
  { commands: ['kinds'], load: async () => (await import('./kinds.js')).kindCommands },
  { commands: ['config'], load: async () => (await import('./config.js')).configCommands },
  { commands: ['secret'], load: async () => (await import('./secrets.js')).secretCommands },
  { commands: ['pair'], load: async () => (await import('./pair.js')).pairCommands },
  { commands: ['logs', 'events'], load: async () => (await import('./history.js')).historyCommands },
  { commands: ['audit'], load: async () => (await import('./audit.js')).auditCommands },
  { commands: ['do', 'run'], load: async () => (await import('./do.js')).doCommands },
  { commands: ['notify'], load: async () => (await import('./notify.js')).notifyCommands },
  { commands: ['db'], load: async () => (await import('./db.js')).dbCommands },
  { commands: ['key'], load: async () => (await import('./keys.js')).keyCommands },
  { commands: ['doctor'], load: async () => (await import('./doctor.js')).doctorCommands },
  { commands: ['startup'], load: async () => (await import('./startup.js')).startupCommands },
  { commands: ['demo'], load: async () => (await import('./demo/command.js')).demoCommands },
  { commands: ['completion', '__complete'], load: async () => (await import('./completion.js')).completionCommands },
  { commands: ['sim'], load: async () => (await import('./sim.js')).simCommands },
]

export const COMMAND_NAMES: readonly string[] = [...NOUNS.flatMap(({ commands }) => commands), 'help']

/** The commands that `argv` may mean: one file's, or all when it names none of them (help, a typing mistake). */
export async function loadCommands(cli: Cli, argv: string[]): Promise<Command[]> {
  const first = argv.find((word) => !word.startsWith('-'))
  const noun = NOUNS.find(({ commands }) => first !== undefined && commands.includes(first))
  const loaded = await Promise.all((noun ? [noun] : NOUNS).map(({ load }) => load()))
  return loaded.flatMap((commands) => commands(cli))
}
