// `frota pair REF --link`: an address where the customer pairs the session in a browser. It is printed and the command ends;
// with --wait it ends when the session is paired.
import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetClient } from '../api/verbs.js'
import type { Config } from '../config/config.js'
import { UserError } from '../core/errors.js'
import type { PairLink } from '../fleet/pair-links.js'
import type { Cli } from './cli.js'
import { patiently } from './follow.js'
import { leadsHere } from './hooks.js'
import { LOOK_EVERY_MS, startToPair, throwIfNotPaired, timedOut } from './pairing.js'
import { localTime } from './times.js'

/** It starts within a second; longer is told. */
const GATEWAY_UP_MS = 5_000
const ASK_EVERY_MS = 100
const GATEWAY = '_host/gateway'

type Call = FleetClient['call']

export async function linkTo(
  cli: Cli,
  ref: string,
  { language, waitMs }: { language: string | undefined; waitMs: number | null },
): Promise<void> {
  await throwIfNotPaired(cli.call, ref)
  const giveUpAt = performance.now() + (waitMs ?? 0)
  const link = await makeLink(cli.call, ref, language).catch((thrown) => {
    if (!(thrown instanceof UserError && thrown.code === 'FLEET_DOWN')) throw thrown
    return makeLink(cli.callLive, ref, language)
  })
  cli.printLine({ type: 'link', ...link }, link.url)
  if (!cli.json)
    cli.note(
      `For whoever pairs ${ref}, and nobody else: one browser can open it, until ${localTime(link.expiresAt).slice(11, 16)}.`,
    )
  for (const text of await whyNobodyCouldFollow(cli.call, cli.doors.config().gateway)) cli.note(`! ${text}`)
  if (waitMs === null) return
  await untilPaired(cli, ref, giveUpAt, waitMs)
  cli.printLine({ type: 'paired' }, `${ref} is paired.`)
}

export async function endLinkOf(cli: Cli, ref: string): Promise<void> {
  const answer = await cli.call('sessions.endPairLink', { ref })
  cli.print(answer, () => (answer.ended ? 'The link has ended.' : 'There was no link.'))
}

/** The link first: a setting that is missing is told before anything is brought up or started. */
export async function makeLink(call: Call, ref: string, language: string | undefined): Promise<PairLink> {
  const link = await call('sessions.pairLink', { ref, ...(language !== undefined && { language }) })
  await startToPair(call, ref)
  return link
}

/** What a person with the link would find instead of the page. */
export async function whyNobodyCouldFollow(call: Call, { publicUrl }: Config['gateway']): Promise<string[]> {
  const here = leadsHere(publicUrl)
    ? ['It leads to this machine alone: set FROTA_PUBLIC_URL to what the world calls it.']
    : []
  const trouble = await gatewayTrouble(call)
  return trouble === null ? here : [...here, `Nobody answers there yet: ${trouble}. frota ls --host shows it.`]
}

async function gatewayTrouble(call: Call): Promise<string | null> {
  const giveUpAt = performance.now() + GATEWAY_UP_MS
  for (;;) {
    const gateway = (await call('host.services')).find(({ session }) => session === GATEWAY)
    if (gateway?.state === 'ready') return null
    if (gateway?.state === 'degraded' || gateway?.state === 'failed' || performance.now() > giveUpAt)
      return gateway?.reason ?? `the gateway is ${gateway?.state ?? 'not there'}`
    await sleep(ASK_EVERY_MS)
  }
}

/**
 * What became of a session that somebody else is pairing; null: nothing yet. By its state alone: to ask it for a code would
 * take away the one that is being typed.
 */
export async function pairedMeanwhile(call: Call, ref: string): Promise<'paired' | UserError | null> {
  const { state, reason, wanted } = await call('sessions.show', { ref })
  if (state === 'ready') return 'paired'
  if (state === 'failed') return new UserError('SESSION_FAILED', `${ref} failed: ${reason}.`, `frota logs ${ref}`)
  if (wanted === 'stopped') return new UserError('SESSION_STOPPED', `${ref} was stopped.`, `frota pair ${ref} --link`)
  return null
}

async function untilPaired(cli: Cli, ref: string, giveUpAt: number, waitMs: number): Promise<void> {
  for (;;) {
    const seen = await patiently(() => pairedMeanwhile(cli.call, ref))
    if (seen === 'paired') return
    if (seen !== null) throw seen
    if (performance.now() > giveUpAt) throw timedOut(ref, waitMs)
    await sleep(LOOK_EVERY_MS)
  }
}
