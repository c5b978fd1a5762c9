// Environment and files → one frozen Config. Flags go before the environment, the environment before the home's `.env`.
import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { usage } from '../core/errors.js'
import { didYouMean, type SessionRef } from '../core/ids.js'
import { decodeKey, KEY_TEXT_RULE } from '../core/key-text.js'
import { Secret } from '../core/secret.js'
import { readEnvFile } from './env-file.js'
import type { Environment } from './environment.js'
import { type GatewayConfig, gatewayConfig } from './gateway.js'
import { canonicalPath, type HomePaths, homePaths, locateHome, type Sources, throwIfHomeUntrusted } from './home.js'
import {
  type ForeignName,
  foreignNames,
  NAMES,
  type Name,
  OWN_NAMES,
  OWN_PREFIXES,
  PASSED_ON,
  SECRET_NAMES,
} from './names.js'
import {
  flag,
  type Given,
  type Origin,
  oneOf,
  pick,
  refs,
  serviceUrl,
  supabaseKeyProblem,
  wholeNumber,
  words,
} from './values.js'

export interface Config {
  /** Absolute, symlinks resolved. It need not exist before `ensureHome`. */
  readonly home: string
  readonly checkout: string
  readonly paths: HomePaths
  readonly storeDriver: 'sqlite' | 'supabase'
  readonly supabase: { readonly url: string; readonly key: Secret; readonly dbUrl: Secret | null } | null
  /** Null: the home's own key file. */
  readonly masterKey: { readonly file: string } | { readonly value: Secret } | null
  /** Absolute paths or package names. */
  readonly kinds: readonly string[]
  /** Absolute paths of modules with trading strategies. */
  readonly strategies: readonly string[]
  /** Null: all of the home's sessions. */
  readonly only: readonly SessionRef[] | null
  readonly defaultPlan: string
  /** Path of a system browser. */
  readonly chromium: string | null
  /** Chromium's own. `try`: on, where the kernel lets an ordinary user make what it is made of. */
  readonly browserSandbox: 'on' | 'off' | 'try'
  readonly gateway: GatewayConfig
  readonly basePort: number
  /** Null: no limit. */
  readonly maxSessions: number | null
  readonly noInput: boolean
  /** By TERM: whether it can place its cursor, and whether its font is known to have the finest blocks. */
  readonly terminal: { readonly isDumb: boolean; readonly hasSextants: boolean }
  readonly origins: Readonly<Record<Name, Origin>>
  /** Variables of older tools that were found and are not used. */
  readonly foreign: readonly ForeignName[]
  /** What a child of ours may have of the environment: nothing secret. */
  readonly passedOn: Readonly<Record<string, string>>
}

/**
 * The kernel's console lacks them. `xterm` is what Docker names every terminal that it makes for a container, a panel's
 * console in a browser among them: xterm.js draws empty boxes unless a font of the visitor's has them.
 */
const WITHOUT_SEXTANTS: ReadonlySet<string> = new Set(['linux', 'xterm'])

/** Throws one BAD_CONFIG that names everything that is wrong; before that, for a home that another user could change. */
export function loadConfig(sources: Sources): Config {
  const { env, checkout, cwd } = sources
  const problems: string[] = []
  const home = locateHome(sources)
  throwIfHomeUntrusted(home)
  const uid = process.getuid?.() ?? 0
  const paths = homePaths(home, uid)
  const file = readEnvFile(paths.envFile, problems)
  tellUnknown({ ...file, ...env }, problems)
  const given = Object.fromEntries(NAMES.map((name) => [name, pick(name, env, file)])) as Record<Name, Given>

  const config: Config = {
    home,
    checkout: canonicalPath(resolve(cwd, checkout)),
    paths,
    storeDriver: chooseStore(given, problems),
    supabase: supabase(given, problems),
    masterKey: masterKey(given, home, problems),
    kinds: Object.freeze(words(given.FROTA_KINDS).map((word) => modulePath(word, home))),
    strategies: Object.freeze(words(given.FROTA_STRATEGIES).map((word) => resolve(home, word))),
    only: refs(given.FROTA_ONLY, problems),
    defaultPlan: planSlug(given.FROTA_DEFAULT_PLAN, problems),
    chromium:
      given.FROTA_CHROMIUM.text === undefined ? null : executablePath(given.FROTA_CHROMIUM.text, home, env.PATH),
    browserSandbox: sandbox(given.FROTA_CHROMIUM_SANDBOX, uid, problems),
    gateway: gatewayConfig(given, problems),
    basePort: wholeNumber(given.BASE_PORT, 3001, 1024, 65_535, problems),
    maxSessions: wholeNumber(given.MAX_SESSIONS, 0, 0, 100_000, problems) || null,
    noInput: flag(given.FROTA_NO_INPUT, problems),
    terminal: Object.freeze({ isDumb: env.TERM === 'dumb', hasSextants: !WITHOUT_SEXTANTS.has(env.TERM ?? '') }),
    origins: Object.freeze(Object.fromEntries(NAMES.map((name) => [name, given[name].origin])) as Record<Name, Origin>),
    foreign: Object.freeze(foreignNames({ ...file, ...env })),
    passedOn: Object.freeze(passedOn(env, home, given)),
  }
  if (problems.length > 0) {
    throw usage('BAD_CONFIG', `The configuration is wrong: ${problems.join('; ')}.`, 'see .env.example')
  }
  return Object.freeze(config)
}

/** For `frota up`: a supervisor under PM2 cannot be given these, and would not find them after a reboot. */
export const keysOnlyInEnvironment = (config: Config): Name[] =>
  SECRET_NAMES.filter((name) => config.origins[name] === 'env')

/** The whole environment of a child process. FROTA_HOME is always in it. */
export const childEnvironment = (config: Config): Record<string, string> => ({ ...config.passedOn })

/** The same with nothing of ours: for a child that has no business with the home. */
export const bareEnvironment = ({ passedOn }: Config): Record<string, string> =>
  Object.fromEntries(Object.entries(passedOn).filter(([name]) => PASSED_ON.test(name)))

function tellUnknown(env: Environment, problems: string[]): void {
  for (const name of Object.keys(env)) {
    const ours = name.startsWith('FROTA_') && !OWN_NAMES.has(name) && !OWN_PREFIXES.some((own) => name.startsWith(own))
    if (!ours || (NAMES as readonly string[]).includes(name)) continue
    const hint = didYouMean(name, NAMES)
    problems.push(`${name} is not a setting${hint === '' ? '' : ` (${hint})`}`)
  }
}

function chooseStore(given: Record<Name, Given>, problems: string[]): Config['storeDriver'] {
  const chosen = oneOf(given.FROTA_STORE, ['sqlite', 'supabase'], problems)
  if (chosen === 'sqlite') return 'sqlite'
  const hasUrl = given.SUPABASE_URL.text !== undefined
  const hasKey = supabaseKey(given) !== undefined
  // Half a configuration must not quietly become an empty local store.
  if (hasKey && !hasUrl) problems.push('SUPABASE_URL is missing (a Supabase key is set)')
  if (hasUrl && !hasKey) problems.push('SUPABASE_SECRET_KEY is missing (SUPABASE_URL is set)')
  if (chosen === 'supabase' && !hasUrl && !hasKey) {
    problems.push('FROTA_STORE is supabase, but SUPABASE_URL and SUPABASE_SECRET_KEY are not set')
  }
  return chosen === 'supabase' || (hasUrl && hasKey) ? 'supabase' : 'sqlite'
}

const supabaseKey = (given: Record<Name, Given>): Given | undefined =>
  [given.SUPABASE_SECRET_KEY, given.SUPABASE_SERVICE_ROLE_KEY].find(({ text }) => text !== undefined)

/** Also when the store is sqlite: `db copy --to supabase` needs it. */
function supabase(given: Record<Name, Given>, problems: string[]): Config['supabase'] {
  const url = serviceUrl(given.SUPABASE_URL, problems)
  const key = supabaseKey(given)
  const dbUrl = given.SUPABASE_DB_URL.text
  if (dbUrl !== undefined && !/^postgres(ql)?:\/\/\S+$/.test(dbUrl)) {
    problems.push('SUPABASE_DB_URL is not a postgres:// address')
  }
  if (key?.text === undefined) return null
  const keyProblem = supabaseKeyProblem(key.name, key.text)
  if (keyProblem !== undefined) problems.push(keyProblem)
  if (url === undefined) return null
  return Object.freeze({ url, key: new Secret(key.text), dbUrl: dbUrl === undefined ? null : new Secret(dbUrl) })
}

function masterKey(given: Record<Name, Given>, home: string, problems: string[]): Config['masterKey'] {
  const { FROTA_MASTER_KEY: value, FROTA_MASTER_KEY_FILE: file } = given
  if (value.text !== undefined && file.text !== undefined) {
    problems.push('FROTA_MASTER_KEY and FROTA_MASTER_KEY_FILE are both set: keep one')
  }
  if (value.text !== undefined) {
    if (decodeKey(value.text) === undefined) problems.push(`FROTA_MASTER_KEY is not a key: ${KEY_TEXT_RULE}`)
    return Object.freeze({ value: new Secret(value.text) })
  }
  return file.text === undefined ? null : Object.freeze({ file: resolve(home, file.text) })
}

function planSlug(given: Given, problems: string[]): string {
  const slug = given.text ?? 'free'
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(slug)) problems.push(`${given.name} is "${slug}": that is not a plan's name`)
  return slug
}

/** Chromium refuses its own sandbox when it runs as root. */
function sandbox(given: Given, uid: number, problems: string[]): Config['browserSandbox'] {
  const chosen = oneOf(given, ['auto', 'on', 'off', 'try'], problems) ?? 'auto'
  if (chosen === 'auto' || chosen === 'try') return uid === 0 ? 'off' : chosen === 'try' ? 'try' : 'on'
  return chosen
}

/** A bare name (`chromium`) is looked up as a shell would; what is not found stays, for `doctor` to name. */
function executablePath(text: string, home: string, path = ''): string {
  if (text.includes('/')) return resolve(home, text)
  const found = path.split(':').find((dir) => isAbsolute(dir) && existsSync(resolve(dir, text)))
  return found === undefined ? text : resolve(found, text)
}

/** `./x` and what lies in the home is a path; anything else a package's name. */
function modulePath(word: string, home: string): string {
  return isAbsolute(word) || word.startsWith('.') || existsSync(resolve(home, word)) ? resolve(home, word) : word
}

function passedOn(env: Environment, home: string, given: Record<Name, Given>): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && PASSED_ON.test(name)) passed[name] = value
  }
  const secret: ReadonlySet<string> = new Set(SECRET_NAMES)
  for (const { name, text, origin } of Object.values(given)) {
    if (origin === 'env' && text !== undefined && !secret.has(name)) passed[name] = text
  }
  passed.FROTA_HOME = home
  return passed
}
