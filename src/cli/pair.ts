// `frota pair REF`: draws the code, redraws it when it changes, ends when the session is paired.
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { EXIT, messageOf, UserError, usage } from '../core/errors.js'
import type { PairAnswer } from '../kinds/kind.js'
import type { Cli } from './cli.js'
import { patiently } from './follow.js'
import { readDuration } from './options.js'
import { openPairScreen, type PairScreen } from './pair-screen.js'

const ASK_EVERY_MS = 500

interface PairOptions {
  phone?: string
  png?: string
  timeout: string
}

export function pairCommands(cli: Cli): Command[] {
  const pair = new Command('pair')
    .description('pair a session: shows the QR code until it was scanned; starts the session when it is stopped')
    .argument('<ref>', 'TENANT/NAME')
    .option('--phone <number>', 'by a code typed on this phone, instead of a QR code')
    .option('--png <file>', 'write the QR code to a picture instead of drawing it')
    .option('--timeout <time>', 'give up after', '10m')
    .action((ref: string, options: PairOptions) => pairSession(cli, ref, options).catch((thrown) => tell(cli, thrown)))
  return [pair]
}

/** With --json the error is a line of the stream as well. */
function tell(cli: Cli, thrown: unknown): never {
  if (cli.json) {
    const { code, hint } = thrown instanceof UserError ? thrown : { code: 'BUG', hint: '' }
    cli.printLine({ type: 'error', code, message: messageOf(thrown), hint }, '')
  }
  throw thrown
}

async function pairSession(cli: Cli, ref: string, options: PairOptions) {
  const timeoutMs = readDuration(options.timeout)
  if (options.png !== undefined && options.phone !== undefined) {
    throw usage('PNG_AND_PHONE', 'Either --png or --phone, not both.', '--phone shows a short code to type')
  }
  // The kind checks it again; here it keeps a mistake from starting anything.
  if (options.phone !== undefined && options.phone.replace(/\D/g, '').length < 8) {
    throw usage(
      'BAD_PHONE',
      `--phone is "${options.phone}": it must be a number with country code.`,
      'e.g. +5511987654321',
    )
  }
  await throwIfNotPaired(cli, ref)
  const giveUpAt = performance.now() + timeoutMs
  await startIfNeeded(cli, ref)
  const settings = options.phone === undefined ? [] : [`phone=${options.phone}`]
  const screen = openPairScreen(cli, ref, options.png)
  try {
    for (;;) {
      const answer = await ask(cli, ref, settings)
      if (answer !== null && (await show(screen, answer))) break
      await tellState(cli, ref, screen, answer)
      if (performance.now() > giveUpAt) throw timedOut(ref, timeoutMs)
      await sleep(ASK_EVERY_MS)
    }
  } finally {
    screen.close()
  }
  cli.printLine({ type: 'paired' }, `${ref} is paired.`)
}

/** Before anything is brought up or started. */
async function throwIfNotPaired(cli: Cli, ref: string) {
  const { kind } = await cli.call('sessions.show', { ref })
  const { commands } = await cli.call('kinds.show', { name: kind })
  if (commands.some((command) => command.name === 'pair')) return
  throw usage('NOT_PAIRED', `${ref} is a ${kind} session: there is nothing to pair.`, `frota start ${ref}`)
}

async function startIfNeeded(cli: Cli, ref: string) {
  const { wanted, state } = await cli.callLive('sessions.show', { ref })
  if (wanted === 'running' && state !== 'failed') return
  const [outcome] = await cli.call('sessions.start', { refs: [ref] })
  if (outcome?.error) throw new UserError(outcome.error.code, outcome.error.message, outcome.error.hint)
}

/** Null while the session cannot answer yet. */
async function ask(cli: Cli, ref: string, settings: string[]): Promise<PairAnswer | null> {
  try {
    return (await patiently(() =>
      cli.call('sessions.command', { ref, command: 'pair', settings }),
    )) as PairAnswer | null
  } catch (thrown) {
    const isStarting = thrown instanceof UserError && NOT_YET.has(thrown.code)
    if (!isStarting) throw thrown
    return null
  }
}
const NOT_YET = new Set(['SESSION_NOT_RUNNING', 'COMMAND_FAILED', 'COMMAND_NOT_READY', 'FLEET_DOWN'])

/** True when it is paired. */
async function show(screen: PairScreen, answer: PairAnswer): Promise<boolean> {
  if (answer.paired) return true
  if (answer.qr) await screen.qr(answer.qr.code, answer.qr.attempt)
  else if (answer.linkCode !== undefined) screen.linkCode(answer.linkCode)
  return false
}

/** A code on the screen speaks for itself; without one people want to know what is going on. */
async function tellState(cli: Cli, ref: string, screen: PairScreen, answer: PairAnswer | null) {
  const { state, reason } = await patiently(() => cli.call('sessions.show', { ref }))
  if (state === 'failed') throw new UserError('SESSION_FAILED', `${ref} failed: ${reason}.`, `frota logs ${ref}`)
  if (state === 'stopped') throw new UserError('SESSION_STOPPED', `${ref} was stopped.`, `frota pair ${ref}`)
  if (answer?.qr || answer?.linkCode !== undefined) return
  const why = answer?.reason ?? reason
  screen.word(why ? `${state}: ${why}` : state)
}

const timedOut = (ref: string, timeoutMs: number) =>
  new UserError('TIMED_OUT', `${ref} was not paired within ${timeoutMs / 1000} s.`, `frota pair ${ref}`, EXIT.timeout)
