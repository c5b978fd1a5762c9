// `frota pair REF`: draws the code, redraws it when it changes, ends when the session is paired.
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { messageOf, UserError, usage } from '../core/errors.js'
import { LANGUAGES } from '../core/languages.js'
import { fullPhone, lacksCountry, withCountry } from '../core/phone-numbers.js'
import { throwIfNotPuttable } from '../node/put-file.js'
import type { Cli } from './cli.js'
import { askLine } from './confirm.js'
import { patiently } from './follow.js'
import { readDuration } from './options.js'
import { endLinkOf, linkTo } from './pair-link.js'
import { openPairScreen, type PairScreen } from './pair-screen.js'
import { LOOK_EVERY_MS, lookAtPairing, type Pairing, startToPair, throwIfNotPaired, timedOut } from './pairing.js'

/** A supervisor that is being replaced is back sooner. */
const FLEET_AWAY_MS = 30_000

interface PairOptions {
  phone?: string
  png?: string
  link?: true
  endLink?: true
  lang?: string
  wait?: true
  timeout: string
}

export function pairCommands(cli: Cli): Command[] {
  const pair = new Command('pair')
    .description('pair a session: shows the QR code until it was scanned; starts the session when it is stopped')
    .argument('<ref>', 'TENANT/NAME')
    .option('--phone <number>', 'by a code typed on this phone, instead of a QR code; with + and country code')
    .option('--png <file>', 'write the QR code to a picture instead of drawing it')
    .option('--link', 'print a one-time address where the customer pairs it in a browser; good for 10 minutes')
    .option('--lang <language>', `with --link: the page’s language (${LANGUAGES.join(', ')}) instead of the browser’s`)
    .option('--wait', 'with --link: wait until it is paired')
    .option('--end-link', 'end the address that was printed before')
    .option('--timeout <time>', 'give up after', '10m')
    .action((ref: string, options: PairOptions) => chosen(cli, ref, options).catch((thrown) => tell(cli, thrown)))
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

function chosen(cli: Cli, ref: string, options: PairOptions): Promise<void> {
  const { link, endLink, lang, wait, phone, png } = options
  const alone = (phone ?? png) === undefined && !(link && endLink)
  if (!alone && (link || endLink))
    throw usage(
      'LINK_ALONE',
      'Only one of --link, --end-link, --phone and --png.',
      'the page of --link offers both ways',
    )
  if (!link && (lang !== undefined || wait)) throw usage('NO_LINK', '--lang and --wait go with --link.')
  if (endLink) return endLinkOf(cli, ref)
  return link
    ? linkTo(cli, ref, { language: lang, waitMs: wait ? readDuration(options.timeout) : null })
    : pairSession(cli, ref, options)
}

async function pairSession(cli: Cli, ref: string, options: PairOptions) {
  const timeoutMs = readDuration(options.timeout)
  if (options.png !== undefined && options.phone !== undefined) {
    throw usage('PNG_AND_PHONE', 'Either --png or --phone, not both.', '--phone shows a short code to type')
  }
  if (options.png !== undefined) throwIfUnwritable(options.png)
  await throwIfNotPaired(cli.call, ref)
  const phone = options.phone === undefined ? null : await phoneOf(cli, options.phone)
  const giveUpAt = performance.now() + timeoutMs
  await startToPair(cli.callLive, ref)
  const call: Cli['call'] = (verb, ...input) => patiently(() => cli.call(verb, ...input))
  const screen = openPairScreen(cli, ref, options.png, phone)
  let liveAt = performance.now()
  try {
    for (;;) {
      const seen = await lookAtPairing(call, ref, phone)
      // With nobody there, states are the last heartbeats, of any age: only time tells a fleet that stays down.
      const isAway = seen.is === 'over' && seen.error.code === 'FLEET_DOWN'
      if (!isAway) liveAt = performance.now()
      if (isAway && performance.now() < liveAt + FLEET_AWAY_MS) screen.word('the fleet is down')
      else if (await show(screen, seen)) break
      if (performance.now() > giveUpAt) throw timedOut(ref, timeoutMs)
      await sleep(LOOK_EVERY_MS)
    }
  } finally {
    screen.close()
  }
  cli.printLine({ type: 'paired' }, `${ref} is paired.`)
}

async function phoneOf(cli: Cli, text: string): Promise<string> {
  const given = fullPhone(text)
  if (given !== null) return given
  const refused = (why: string, hint: string) => usage('BAD_PHONE', `--phone is "${text}": ${why}.`, hint)
  if (!lacksCountry(text)) throw refused('it must be a number with + and country code', 'e.g. +55 11 99999-8888')
  const why = 'the country code is missing, and is not guessed'
  if (!cli.interactive) throw refused(why, `--phone "+COUNTRY ${text}", e.g. "+55 11 99999-8888"`)
  const asked = withCountry(text, await askLine(`Country code of ${text} (e.g. 55), or the whole number with +: `))
  if (asked === null) throw refused(why, 'e.g. +55 11 99999-8888')
  return asked
}

/** True when it is paired. A code speaks for itself; without one people want to know what is going on. */
async function show(screen: PairScreen, pairing: Pairing): Promise<boolean> {
  switch (pairing.is) {
    case 'paired':
      return true
    case 'over':
      throw pairing.error
    case 'qr':
      await screen.qr(pairing.code, pairing.attempt)
      return false
    case 'link-code':
      screen.linkCode(pairing.code)
      return false
    case 'waiting':
      screen.word(pairing.reason ? `${pairing.state}: ${pairing.reason}` : pairing.state)
      return false
  }
}

/** Found out now, and not when a code is there and counts down. */
function throwIfUnwritable(file: string) {
  try {
    throwIfNotPuttable(file)
  } catch (thrown) {
    throw usage('BAD_PNG', `--png ${file} cannot be written: ${messageOf(thrown)}.`, 'name another file')
  }
}
