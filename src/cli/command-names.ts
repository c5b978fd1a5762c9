// The names of all commands, apart from their code: whoever only has to know them loads none of it.

/** By the file of this folder that has them. */
export const COMMANDS_OF = {
  fleet: ['up', 'down', 'serve', 'status', 'clean'],
  health: ['health'],
  tenants: ['tenant'],
  plans: ['plan'],
  sessions: ['ls', 'add', 'show', 'start', 'stop', 'restart', 'rm'],
  rename: ['rename'],
  recover: ['recover'],
  move: ['move'],
  menu: ['menu'],
  kinds: ['kinds'],
  config: ['config'],
  secrets: ['secret'],
  pair: ['pair'],
  history: ['logs', 'events'],
  audit: ['audit'],
  records: ['records'],
  hooks: ['hooks'],
  views: ['view'],
  do: ['do', 'run'],
  notify: ['notify'],
  db: ['db'],
  keys: ['key'],
  check: ['check'],
  doctor: ['doctor'],
  startup: ['startup'],
  demo: ['demo'],
  completion: ['completion', '__complete'],
  sim: ['sim'],
} as const satisfies Record<string, readonly string[]>

export type CommandFile = keyof typeof COMMANDS_OF

export const COMMAND_NAMES: readonly string[] = [...Object.values(COMMANDS_OF).flat(), 'help']

/** The first word of a line that is no command may be a kind's name; `frota help KIND` asks for one too. */
export function kindAskedBy(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith('-'))
  const word = first === 'help' ? second : first
  return word === undefined || word === 'exit-codes' || COMMAND_NAMES.includes(word) ? undefined : word
}
