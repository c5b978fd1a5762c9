// `frota completion bash|zsh|fish`: the script for a shell. It asks the hidden `frota __complete` at each Tab.
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Argument, Command } from 'commander'
import { OPERATOR } from '../core/ids.js'
import type { Cli } from './cli.js'
import { COMMAND_NAMES } from './command-names.js'
import { type Asked, candidates } from './completion-candidates.js'
import { SHELLS, scriptFor } from './completion-scripts.js'
import { writeOut } from './output.js'

/** Somebody waits at a prompt: what comes later is of no use. */
const WITHIN_MS = 1_500

/** @param all every command there is, to be completed */
export function completionCommands(cli: Cli, all: () => Promise<Command[]>): Command[] {
  return [completion(cli), complete(cli, all)]
}

function completion(cli: Cli): Command {
  return new Command('completion')
    .description('print a script that completes commands, options, sessions and settings at Tab')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => {
      const script = scriptFor(shell, `${cli.doors.checkout}/bin/frota`)
      cli.print({ shell, script }, () => script)
    })
}

function complete(cli: Cli, all: () => Promise<Command[]>): Command {
  return new Command('__complete').argument('[words...]').action(async (words: string[]) => {
    const asked = openAsked(cli)
    const found = withJobs(cli, await all(), words, asked).then((commands) => candidates(commands, words, asked))
    // Whatever is wrong is told by the command itself; in the middle of a line that is being typed nothing is.
    const lines = await Promise.race([found.catch(() => []), sleep(WITHIN_MS, null, { ref: false })])
    if (lines === null) process.exit(0) // a call that hangs would keep the shell waiting
    writeOut(lines.map((line) => `${line}\n`).join(''))
  })
}

/** Kinds with jobs are commands too. They are asked for only when it can be no command of ours: that takes its time. */
async function withJobs(cli: Cli, all: Command[], [first = '', ...more]: string[], asked: Asked): Promise<Command[]> {
  if (COMMAND_NAMES.some((name) => (more.length > 0 ? name === first : name.startsWith(first)))) return all
  const { kindCommand } = await import('./jobs.js')
  const kinds = (await asked.kinds()).filter(({ jobs }) => jobs.length > 0)
  return [...all, ...kinds.map((kind) => kindCommand(cli, kind))]
}

/** Every question at most once, and none in a home that is not there yet: asking would make it. */
function openAsked(cli: Cli): Asked {
  const isHome = () => existsSync(cli.doors.config().paths.homeId)
  const rows = once(async () => (isHome() ? await cli.call('sessions.list', {}) : []))
  const kinds = once(async () => (isHome() ? (await cli.call('kinds.list')).kinds : []))
  return {
    sessions: rows,
    kinds,
    tenants: async () => (isHome() ? (await cli.call('tenants.list')).map(({ slug }) => slug) : []),
    plans: async () => (isHome() ? await cli.call('plans.list') : []),
    planFields: async (slug) => (isHome() ? await cli.call('plans.fields', { slug }) : []),
    views: async (slug) => (isHome() ? await cli.call('tenants.views', { slug }) : []),
    channels: async (who) => (isHome() ? await channelsOf(cli, who) : []),
    services: async () => (isHome() ? (await cli.call('host.services')).map(({ session }) => session) : []),
    secrets: async (scope) => (isHome() ? (await cli.call('secrets.list', { scope })).map(({ name }) => name) : []),
  }
}

async function channelsOf(cli: Cli, who: string): Promise<string[]> {
  if (who === OPERATOR) return (await cli.call('notify.list')).map(({ channel }) => channel)
  return (await cli.call('channels.list', { tenant: who })).map(({ name }) => name)
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}
