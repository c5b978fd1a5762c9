// What may stand at the end of a line that is being typed: commands, options, and what the fleet itself knows.
import type { Command, Option } from 'commander'
import { OPERATOR } from '../core/ids.js'
import { TOPICS } from '../core/notices.js'
import { naturally } from '../core/order.js'
import { TENANT_STATUSES } from '../core/plans.js'
import { beforeStar } from '../core/secret-names.js'
import { type LsRow, STATES } from '../core/states.js'
import type { KindView } from '../fleet/kinds.js'
import type { PlanField } from '../fleet/plan-fields.js'
import { COMMAND_NAMES } from './command-names.js'

/** Asked only when the place needs it. */
export interface Asked {
  sessions(): Promise<LsRow[]>
  tenants(): Promise<string[]>
  plans(): Promise<{ slug: string; withdrawn: boolean }[]>
  planFields(plan: string): Promise<PlanField[]>
  kinds(): Promise<KindView[]>
  secrets(scope: string): Promise<string[]>
  /** Of a customer, or the operator. */
  channels(who: string): Promise<string[]>
  /** Of the home itself: `_host/NAME`. */
  services(): Promise<string[]>
  views(tenant: string): Promise<{ name: string; columns: { name: string; filter: boolean }[] }[]>
}

/** @param words all after `frota`; the last one is being typed and may be empty */
export async function candidates(commands: readonly Command[], words: string[], asked: Asked): Promise<string[]> {
  const current = words.at(-1) ?? ''
  const place = placeOf(commands, words.slice(0, -1))
  const found = await valuesAt(place, current, asked)
  return [...new Set(found)].filter((word) => word.startsWith(current)).sort(naturally)
}

interface Place {
  /** Null: at the program itself. */
  command: Command | null
  commands: readonly Command[]
  /** `tenant set-plan`. */
  path: string
  /** What stands in its arguments already. */
  given: string[]
  /** The option before, when it takes a value. */
  option: Option | null
}

function placeOf(commands: readonly Command[], words: string[]): Place {
  const place: Place = { command: null, commands, path: '', given: [], option: null }
  for (const word of words) {
    if (place.option !== null) {
      place.option = null
      continue
    }
    if (word.startsWith('-')) {
      const option = place.command?.options.find(({ short, long }) => word === short || word === long)
      place.option = option && (option.required || option.optional) ? option : null
      continue
    }
    const sub = place.given.length === 0 ? place.commands.find((command) => command.name() === word) : undefined
    if (!sub) {
      place.given.push(word)
      continue
    }
    place.command = sub
    place.commands = sub.commands
    place.path = `${place.path} ${word}`.trim()
  }
  return place
}

async function valuesAt(place: Place, current: string, asked: Asked): Promise<string[]> {
  const { command, commands, given, option, path } = place
  if (option?.argChoices) return option.argChoices
  if (option !== null) return isJob(place) ? [] : valuesOf(option.name(), place, current, asked)
  if (current.startsWith('-')) return optionsOf(command)
  const names = given.length === 0 ? namesOf(commands) : []
  if (command === null) return names.length === 0 ? [] : [...names, 'help']
  const args = command.registeredArguments
  const last = args.at(-1)
  const argument = args[given.length] ?? (last?.variadic ? last : undefined)
  if (!argument) return names
  if (argument.argChoices) return [...names, ...argument.argChoices]
  if (isJob(place)) return names
  return [
    ...names,
    ...(await valuesOf(SPECIAL[`${path} ${argument.name()}`] ?? argument.name(), place, current, asked)),
  ]
}

/** Its words mean what its kind says: `--from` is no plan there. */
const isJob = ({ path }: Place) => path !== '' && !COMMAND_NAMES.includes(path.split(' ', 1)[0] ?? '')

const namesOf = (commands: readonly Command[]) =>
  commands.map((command) => command.name()).filter((name) => !name.startsWith('__'))

const optionsOf = (command: Command | null) => [
  ...(command?.options.flatMap(({ long, hidden }) => (hidden ? [] : (long ?? []))) ?? []),
  '--json',
  '--no-input',
  '--help',
]

/** Where an argument's name says too little. */
const SPECIAL: Record<string, string> = {
  'plan show slug': 'any-plan',
  'plan set slug': 'any-plan',
  'plan rm slug': 'any-plan',
  'plan add slug': 'nothing',
  'plan add settings': 'plan-settings',
  'plan set settings': 'plan-settings',
  'tenant add slug': 'nothing',
  'tenant show slug': 'tenant',
  'tenant set-plan slug': 'tenant',
  'tenant set-status slug': 'tenant',
  'tenant rename slug': 'tenant',
  'tenant rm slug': 'tenant',
  'rename who': 'scope',
  'secret set scope': 'secret-scope',
  'secret ls scope': 'secret-scope',
  'secret rm scope': 'secret-scope',
  'notify set who': 'recipient',
  'notify ls who': 'recipient',
  'notify test who': 'recipient',
  'notify rm who': 'recipient',
  'notify rm channel': 'channel-set',
  'notify test name': 'customers-channel',
  'kinds name': 'kind',
  'secret set name': 'secret',
  'secret rm name': 'secret-set',
  'sim name': 'sim',
  'add ref': 'new-ref',
}

function valuesOf(slot: string, place: Place, current: string, asked: Asked): Promise<string[]> {
  return (SLOTS[slot] ?? nothing)(asked, place, current)
}

type Slot = (asked: Asked, place: Place, current: string) => Promise<string[]>
const nothing: Slot = async () => []
/** Of host services only where somebody begins with theirs: hardly anybody means one. */
const refs: Slot = async ({ sessions, services }, { path }, current) =>
  current.startsWith('_') && TAKES_SERVICES.has(path) ? services() : (await sessions()).map(({ session }) => session)
const TAKES_SERVICES: ReadonlySet<string> = new Set(['logs', 'restart', 'recover', 'hooks'])
const tenants: Slot = ({ tenants }) => tenants()
const anyPlan: Slot = async ({ plans }) => (await plans()).map(({ slug }) => slug)

const SLOTS: Record<string, Slot> = {
  ref: refs,
  refs: async (asked, place, current) => [
    ...new Set((await asked.sessions()).map(({ tenant }) => `${tenant}/`)),
    ...(await refs(asked, place, current)),
  ],
  'new-ref': async ({ tenants }) => (await tenants()).map((slug) => `${slug}/`),
  tenant: tenants,
  scope: async (asked, place, current) => [
    ...(await tenants(asked, place, current)),
    ...(await refs(asked, place, current)),
  ],
  'secret-scope': async (asked, place, current) => [
    OPERATOR,
    ...(await tenants(asked, place, current)),
    ...(await refs(asked, place, current)),
  ],
  /** That somebody may newly be given. */
  plan: async ({ plans }) => (await plans()).flatMap(({ slug, withdrawn }) => (withdrawn ? [] : slug)),
  'any-plan': anyPlan,
  from: anyPlan,
  'plan-settings': planSettings,
  status: async () => [...TENANT_STATUSES],
  state: async () => [...STATES],
  kind: async ({ kinds }, { path }) =>
    (await kinds()).flatMap(({ name, hasSessions }) => (hasSessions || path === 'kinds' ? name : [])),
  recipient: async (asked, place, current) => [OPERATOR, ...(await tenants(asked, place, current))],
  topics: async () => [...TOPICS],
  channel: async () => ['telegram', 'webhook'],
  'channel-set': ({ channels }, { given }) => channels(given[0] ?? ''),
  'customers-channel': async ({ channels }, { given: [who = ''] }) => (who === OPERATOR ? [] : channels(who)),
  sim: async () => ['whatsapp', 'exchange'],
  to: async () => ['sqlite', 'supabase'],
  /** Of a name with a star what it begins with, and those of it that are set. */
  secret: async (asked, { given }) => [
    ...Object.keys((await kindOf(asked, given[0]))?.secrets ?? {}).map(beforeStar),
    ...(await asked.secrets(given[0] ?? '')),
  ],
  'secret-set': ({ secrets }, { given }) => secrets(given[0] ?? ''),
  view: async ({ views }, { given }) => (await views(given[0] ?? '')).map(({ name }) => name),
  where: async ({ views }, { given }) => {
    const view = (await views(given[0] ?? '')).find(({ name }) => name === given[1])
    return view?.columns.flatMap(({ name, filter }) => (filter ? `${name}=` : [])) ?? []
  },
  command: async (asked, { given }) => (await kindOf(asked, given[0]))?.commands.map(({ name }) => name) ?? [],
  set: (asked, place, current) => settings(asked, place, current),
  settings: (asked, place, current) => settings(asked, place, current),
  keys: async (asked, { given }) => (await kindOf(asked, given[0]))?.fields.map(({ key }) => key) ?? [],
}

/** A plan that is being added has the keys of any other. */
async function planSettings({ plans, planFields }: Asked, { given }: Place, current: string): Promise<string[]> {
  const slugs = (await plans()).map(({ slug }) => slug)
  const slug = slugs.find((known) => known === given[0]) ?? slugs[0]
  const fields = slug === undefined ? [] : await planFields(slug)
  return fields.flatMap(({ key, type, choices }) => {
    const words = type === 'flag' ? ['yes', 'no'] : choices
    return current.startsWith(`${key}=`) ? words.map((word) => `${key}=${word}`) : `${key}=`
  })
}

/** `key=` of a kind's config, or of the command that is being done; behind it the few words that a field may be. */
async function settings(asked: Asked, { path, given }: Place, current: string): Promise<string[]> {
  const kind = await kindOf(asked, given[0])
  const kinds = kind ? [kind] : path === 'add' ? await asked.kinds() : [] // a new one's kind may stand anywhere in the line
  const fields = kinds.flatMap((one) =>
    path === 'do' ? (one.commands.find(({ name }) => name === given[1])?.fields ?? []) : one.fields,
  )
  return fields.flatMap(({ key, type, choices }) => {
    const words = type === 'boolean' ? ['true', 'false'] : choices
    return current.startsWith(`${key}=`) ? words.map((word) => `${key}=${word}`) : `${key}=`
  })
}

/** Of a session; of a customer there are several, and all they read counts. */
async function kindOf({ sessions, kinds }: Asked, scope = ''): Promise<KindView | undefined> {
  const [rows, all] = [await sessions(), await kinds()]
  const row = rows.find(({ session }) => session === scope)
  if (row) return all.find(({ name }) => name === row.kind)
  const isTenant = scope !== '' && scope !== OPERATOR && !scope.includes('/')
  const secrets = Object.assign({}, ...all.map((kind) => kind.secrets)) as KindView['secrets']
  const nothing = {
    hasSessions: false,
    fields: [],
    limits: [],
    commands: [],
    hooks: [],
    needs: [],
    services: [],
    jobs: [],
  }
  return isTenant ? { name: '', title: '', ...nothing, secrets } : undefined
}
