// What becomes of each command of a document: it is a `frota …` that the program's own parser is asked about, or it is
// named here with what keeps it from being tried in every test.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { NAMES } from '../src/config/names.js'
import { calledBy, wordsOf } from './called-by.js'
import { read } from './documents.js'
import { ROOT } from './fleet-home.js'

const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts

interface Known {
  command: RegExp
  /** What is wrong with it; null when nothing is. */
  problem: (found: RegExpExecArray) => string | null
  /** Why it is not run here, and by what it is. */
  why: string
}

const nothing = () => null

function unknownSetting(settings: string): string | null {
  const names = [...settings.matchAll(/(?:^|\s)(FROTA_[A-Z_]+)=/g)].map(([, name = '']) => name)
  const wrong = names.find((name) => !(NAMES as readonly string[]).includes(name) && !name.startsWith('FROTA_TEST_'))
  return wrong === undefined ? null : `${wrong} is no setting`
}

const known: readonly Known[] = [
  {
    command: /^npm (?:run )?([\w:-]+)(?: -- .*)?$/,
    problem: ([, name = '']) => (name in scripts || name === 'ci' || name === 'link' ? null : `no script ${name}`),
    why: 'a script of package.json takes minutes, and is what runs these tests; test/checkout.test.ts sets a fresh clone up',
  },
  {
    command: /^git (clone|pull|checkout|fetch)( |$)/,
    problem: nothing,
    why: 'the repository has no public address yet',
  },
  { command: /^cd \S+$/, problem: nothing, why: 'changes nothing' },
  {
    command: /^(export )?([A-Z_]+=(\$\([^)]*\)|\S*) ?)+$/,
    problem: nothing,
    why: 'settings alone change nothing',
  },
  {
    command: /^curl (-X POST )?CONTROL\//,
    problem: nothing,
    why: 'CONTROL stands for what frota sim prints; test/pair-qr.test.ts does it',
  },
  { command: /^(sudo )?systemctl /, problem: nothing, why: 'needs systemd as PID 1; npm run soak:systemd does it' },
  { command: /^(sudo )?pm2 (start|restart) /, problem: nothing, why: 'an own PM2 of the reader; test/faults has it' },
  { command: /^(sudo )?(apt|apt-get) /, problem: nothing, why: 'needs root and a network' },
  { command: /^(adduser|su) /, problem: nothing, why: 'needs root; another user of this machine' },
  { command: /^(sudo )?(docker|docker-compose) /, problem: nothing, why: 'needs a Docker daemon' },
  {
    command: /^(sudo )?(mkdir|install|mv|cp|chown|chmod|ls|tar|du) /,
    problem: nothing,
    why: 'the system’s own, on paths of the reader',
  },
  { command: /^(openssl rand|printf|echo|umask|head|less|jq) /, problem: nothing, why: 'the system’s own' },
]

const FROTA = /^(?:sudo )?(?:node )?(?:bin\/)?frota(?= |$)(.*)$/

/** `docker run` and `docker exec`, of compose too: what is behind the options is a container, image or service. */
const INTO_CONTAINER = /^(?:sudo )?docker(?: compose(?: -f \S+)*)? (?:exec|run)(?= )/
const WITH_VALUE =
  /^(-[veupwml]|--(name|restart|stop-timeout|volume|publish|tmpfs|cap-(add|drop)|security-opt|ulimit|user|env|env-file|network|memory|cpus|workdir|entrypoint))$/

/** What is wrong with the command; null when nothing is. */
export async function problemOf(command: string): Promise<string | null> {
  for (const part of partsOf(command)) {
    const problem = await problemOfOne(part)
    if (problem !== null) return `${part}: ${problem}`
  }
  return null
}

/** Joined by `&&`, `;` or `|`, or standing in `$(…)`. */
function partsOf(command: string): string[] {
  const inner = [...command.matchAll(/\$\((frota [^)]*)\)/g)].map(([, one = '']) => one)
  if (inner.length > 0) return inner
  // What is quoted joins nothing.
  const shadow = command.replace(/"[^"]*"|'[^']*'/g, (quoted) => '_'.repeat(quoted.length))
  const joints = [...shadow.matchAll(/\s*(?:&&|;|\|)\s+/g)].map(({ index, 0: { length } }) => [index, index + length])
  const starts = [0, ...joints.map(([, end = 0]) => end)]
  return starts.map((start, at) => command.slice(start, joints[at]?.[0]))
}

async function problemOfOne(part: string): Promise<string | null> {
  const setting = unknownSetting(part)
  if (setting !== null) return setting
  const frota = frotaIn(part)
  if (frota !== null) return refusalOf(frota)
  for (const { command, problem } of known) {
    const found = command.exec(part) ?? command.exec(withoutSettings(part))
    if (found) return problem(found)
  }
  return 'neither frota nor a command that test/doc-commands.ts knows'
}

/** `NAME=value command` is the command. */
const withoutSettings = (part: string): string => part.replace(/^(?:[A-Z_]+=\S+ )+/, '')

/** The words behind `frota`, also where it is called in a container; null when the line calls something else. */
export function frotaIn(part: string): string[] | null {
  const plain = withoutSettings(part)
  if (INTO_CONTAINER.test(plain)) {
    const [program, ...words] = wordsInContainer(plain)
    return program === 'frota' ? words : null
  }
  const found = FROTA.exec(plain)
  return found ? wordsOf(found[1] ?? '') : null
}

function wordsInContainer(part: string): string[] {
  const words = wordsOf(part.replace(INTO_CONTAINER, '').replace(/\$\([^)]*\)/g, 'ID'))
  let at = 0
  while (words[at]?.startsWith('-')) at += WITH_VALUE.test(words[at] ?? '') ? 2 : 1
  return words.slice(at + 1)
}

async function refusalOf(words: string[]): Promise<string | null> {
  if (words.length === 0) return null // the menu
  try {
    await calledBy(words)
    return null
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

const UNFINISHED = /^commander\.(missingArgument|optionMissingArgument|missingMandatoryOptionValue|help)$/

/** The same of a command in the middle of a sentence, which may break off: what it has must be right. */
export async function problemOfMention(mention: string): Promise<string | null> {
  try {
    await calledBy(wordsOf(mention.replace(/^frota ?/, '')))
    return null
  } catch (thrown) {
    if (!(thrown instanceof Error)) return String(thrown)
    const why = 'thrown' in thrown && thrown.thrown instanceof CommanderError ? thrown.thrown.code : ''
    return UNFINISHED.test(why) ? null : thrown.message
  }
}

/** Paths that a command names must be there. */
export const missingPaths = (command: string): string[] =>
  [...command.matchAll(/(?<![\w./-])((?:docs|easypanel|scripts|test|docker)\/[\w./-]+|docker-compose[\w.-]*\.yml)/g)]
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(join(ROOT, path)))
