// What was said (log files) and what happened (events). -f goes on until Ctrl-C or until nobody reads.
import { setTimeout as sleep } from 'node:timers/promises'
import { styleText } from 'node:util'
import { Command } from 'commander'
import { didYouMean } from '../core/ids.js'
import { naturally } from '../core/order.js'
import { plain } from '../core/plain-text.js'
import type { EventView } from '../fleet/history.js'
import type { LogLine } from '../fleet/log-files.js'
import type { Cli } from './cli.js'
import { patiently } from './follow.js'
import { areSeveral, eventText, logObject, logText } from './log-lines.js'
import { wholeNumber } from './options.js'
import { zoneLine } from './times.js'

const ASK_EVERY_MS = 250
const EVENTS_AT_ONCE = 1_000

export function historyCommands(cli: Cli): Command[] {
  return [logs(cli), events(cli)]
}

interface Whose {
  refs: string[]
  all?: boolean | undefined
}

const REFS = 'TENANT/NAME, or TENANT/ for all of a customer'

interface LogOptions {
  all?: boolean
  follow?: boolean
  tail?: number
  since?: string
  grep?: string
}

function logs(cli: Cli): Command {
  return new Command('logs')
    .description('what sessions said, merged by time')
    .argument('[refs...]', REFS)
    .option('--all', 'of all sessions')
    .option('-f, --follow', 'go on with what comes; JSON Lines with --json')
    .option('--tail <lines>', 'how many of the last lines (default 50)', wholeNumber('--tail', { max: 100_000 }))
    .option('--since <time>', 'only from then on: 10m, 2h, 3d, or a time')
    .option('--grep <text>', 'only lines that hold this text')
    .action(async (refs: string[], { follow, all, ...filter }: LogOptions) => {
      const whose = { refs, all }
      let found = await cli.call('history.logs', { ...whose, ...filter })
      const textOf = (line: LogLine) => logText(line, areSeveral(whose))
      if (!follow) {
        if (found.lines.length === 0) cli.note('Nothing was said.')
        return cli.print(found.lines.map(logObject), () => underZone(found.lines.map(textOf)))
      }
      tellZone(cli)
      for (;;) {
        for (const line of found.lines) cli.printLine(logObject(line), textOf(line))
        await sleep(ASK_EVERY_MS)
        const { cursor } = found
        found = await patiently(() => cli.call('history.logs', { ...whose, grep: filter.grep, cursor }))
      }
    })
}

interface EventOptions {
  all?: boolean
  follow?: boolean
  type?: string
  since?: string
  limit?: number
}

function events(cli: Cli): Command {
  return new Command('events')
    .description('what happened to sessions and what they did, merged by time, oldest first')
    .argument('[refs...]', REFS)
    .option('--all', 'of all sessions')
    .option('-f, --follow', 'go on with what comes; JSON Lines with --json')
    .option('--type <type>', 'only this type, e.g. message.in')
    .option('--since <time>', 'only from then on: 10m, 2h, 3d, or a time')
    .option('--limit <count>', 'how many of the last (default 100)', wholeNumber('--limit', { min: 1, max: 10_000 }))
    .action(async (refs: string[], { follow, all, type, since, limit }: EventOptions) => {
      const whose = { refs, all }
      let found = await cli.call('history.events', { ...whose, type, since, limit })
      const textOf = (event: EventView) => eventText(event, areSeveral(whose))
      if (found.events.length === 0 && type !== undefined) await tellTypes(cli, whose, type, follow ?? false)
      if (!follow) {
        if (found.events.length === 0 && type === undefined) cli.note('Nothing has happened.')
        return cli.print(found.events, () => underZone(found.events.map(textOf)))
      }
      tellZone(cli)
      for (;;) {
        for (const event of found.events) cli.printLine(event, textOf(event))
        if (found.events.length < EVENTS_AT_ONCE) await sleep(ASK_EVERY_MS)
        const { cursor } = found
        found = await patiently(() => cli.call('history.events', { ...whose, type, cursor, limit: EVENTS_AT_ONCE }))
      }
    })
}

/** A type that has not happened may be a mistyped one; kinds name theirs freely, so it is no error. */
async function tellTypes(cli: Cli, whose: Whose, type: string, follows: boolean) {
  const latest = await cli.call('history.events', { ...whose, limit: EVENTS_AT_ONCE })
  const types = [...new Set(latest.events.map((event) => event.type))].sort(naturally)
  if (types.includes(type)) return // it has happened meanwhile
  const near = didYouMean(type, types)
  if (follows && near === '') return // it is waited for, as it was meant
  const known = types.length === 0 ? 'nothing else has either' : `there are ${types.join(', ')}`
  cli.note(plain(`No event of the type "${type}" has happened: ${near === '' ? known : `${near} (${known})`}`))
}

const underZone = (lines: string[]) => (lines.length === 0 ? '' : [styleText('dim', zoneLine()), ...lines].join('\n'))

/** Streams of JSON Lines have nothing else in them. */
function tellZone(cli: Cli) {
  if (!cli.json) cli.printLine(null, styleText('dim', zoneLine()))
}
