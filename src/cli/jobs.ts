// `frota KIND JOB [--flag value]…`: long work of a kind, as a child of this command. It needs no fleet and no store.
import { Argument, Command, Option } from 'commander'
import { usage } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { JobView, KindView } from '../fleet/kinds.js'
import type { Field } from '../kinds/config.js'
import { flagOf } from '../kinds/flags.js'
import type { Cli } from './cli.js'

/** Kinds are loaded here and not asked of the supervisor: the schemas that judge the flags are theirs. */
export async function jobCommands(cli: Cli, word: string): Promise<Command[]> {
  const { kindView } = await import('../fleet/kinds.js')
  const kinds = await (await cli.doors.admin()).openKinds()
  const asked = kinds.get(word)
  // A mistyped one is answered with the nearest name.
  const views = (asked ? [asked] : kinds.list().filter(({ jobs }) => jobs)).map((kind) => kindView(kind, kinds))
  if (!asked) for (const problem of kinds.problems) cli.note(`! ${problem}`)
  return views.map((view) => kindCommand(cli, view))
}

export function kindCommand(cli: Cli, { name, title, jobs }: KindView): Command {
  const command = new Command(name).description(`jobs of the kind: ${title}`)
  if (jobs.length === 0) {
    return command.allowExcessArguments().action(() => {
      throw usage('NO_JOBS', `The kind ${name} has no jobs.`, `frota kinds ${name} shows what it has`)
    })
  }
  for (const job of jobs) command.addCommand(jobCommand(cli, name, job))
  return command
}

function jobCommand(cli: Cli, kind: string, job: JobView): Command {
  const command = new Command(job.name).description(job.help)
  const keyOf = new Map<string, string>()
  const positional = new Set(job.args)
  for (const key of job.args) command.addArgument(argumentOf(fieldOf(job, key)))
  for (const field of job.fields) {
    for (const option of optionsOf(field, positional)) {
      command.addOption(option)
      keyOf.set(option.attributeName(), field.key)
    }
  }
  return command.action(async (...words: unknown[]) => {
    const given = new Map<string, unknown>()
    for (const [at, key] of job.args.entries()) if (words[at] !== undefined) given.set(key, words[at])
    const options = words[job.args.length] as Record<string, unknown>
    for (const [name, value] of Object.entries(options)) {
      const key = keyOf.get(name)
      if (key !== undefined) given.set(key, value)
    }
    const { runJobHere } = await import('./job-run.js') // with the schema library
    await runJobHere(cli, { kind, job: job.name, given: readGiven(job, given) })
  })
}

const fieldOf = (job: JobView, key: string): Field => {
  const field = job.fields.find((one) => one.key === key)
  if (!field) throw new Error(`${job.name} has no field ${key}`)
  return field
}

/** Also what is required is optional here: it may come by its flag. */
function argumentOf({ key, items, choices, help, required }: Field): Argument {
  const argument = new Argument(`[${flagOf(key)}${items ? '...' : ''}]`, `${help}${required ? ' (required)' : ''}`)
  return choices.length > 0 ? argument.choices(choices) : argument
}

function optionsOf(field: Field, positional: ReadonlySet<string>): Option[] {
  const flag = flagOf(field.key)
  const help = helpOf(field, positional)
  if (field.type === 'boolean') {
    // What is true unless said is switched off; both are understood.
    const [on, off] = [new Option(`--${flag}`, help), new Option(`--no-${flag}`, `not: ${field.help}`)]
    return field.default === true ? [off, on.hideHelp()] : [on, off.hideHelp()]
  }
  const option = new Option(
    `--${flag} <${field.items ? (VALUE[field.items.type] ?? 'text') : (VALUE[field.type] ?? 'text')}>`,
    help,
  )
  if (field.items) option.argParser((text: string, before: unknown) => [...(Array.isArray(before) ? before : []), text])
  return [field.choices.length > 0 ? option.choices(field.choices) : option]
}

const VALUE: Partial<Record<Field['type'], string>> = {
  number: 'number',
  choice: 'word',
  json: 'json',
  file: 'file',
  session: 'tenant/name',
}

function helpOf(field: Field, positional: ReadonlySet<string>): string {
  const isSaid = field.type !== 'boolean' && !['', '[]', undefined].includes(shown(field.default))
  const usual = isSaid ? ` (default: ${shown(field.default)})` : ''
  const choices = field.items ? ` (${[...field.items.choices, 'may be repeated'].join(', ')})` : ''
  const needed = field.required && !positional.has(field.key) ? ' (required)' : ''
  return `${field.help}${choices}${usual}${needed}`
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Texts as their fields mean them. What does not fit is left to the schema, which says so. */
function readGiven(job: JobView, given: ReadonlyMap<string, unknown>): JsonObject {
  const read: JsonObject = {}
  for (const [key, value] of given) {
    const { type, items } = fieldOf(job, key)
    if (Array.isArray(value)) read[key] = value.map((text) => readText(items?.type ?? 'json', String(text)))
    else read[key] = typeof value === 'boolean' ? value : readText(type, String(value))
  }
  return read
}

function readText(type: Field['type'], text: string) {
  if (type === 'number') return text.trim() === '' || !Number.isFinite(Number(text)) ? text : Number(text)
  if (type === 'boolean') return { true: true, false: false }[text] ?? text
  if (type !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text // the schema says whether a plain text will do
  }
}
