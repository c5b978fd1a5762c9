// The menu's way to the verbs: the supervisor when it answers, the store when it does not.
import type { FleetClient } from '../api/verbs.js'
import { isGone } from '../cli/cli.js'
import type { Doors } from '../cli/doors.js'
import { plainClient } from '../cli/output.js'
import { plainLines } from '../core/plain-text.js'

/** Nothing is done twice by asking these twice. */
const READS = /\.(list|show|status|config|events|logs|resolve|wouldStop)$/
const LOOK_EVERY_MS = 3_000

export interface FleetLink {
  /** Whether a supervisor answers. */
  isLive(): boolean
  call: FleetClient['call']
  /** The same, with the fleet brought up first when it is down. */
  callLive: FleetClient['call']
  bringUp(): Promise<void>
  close(): Promise<void>
}

/** A way to the verbs, closed when another has taken its place and nobody waits for an answer from it any more. */
interface Way {
  client: FleetClient
  waiting: number
  isLeft: boolean
}

export function openFleetLink(doors: Pick<Doors, 'client' | 'liveClient'>): FleetLink {
  let way: Way | undefined
  let opening: Promise<Way> | undefined
  let lookedAtMs = Number.NEGATIVE_INFINITY

  /** One after the other: the last one asked for is the one that stays. */
  function open(door: () => Promise<FleetClient>): Promise<Way> {
    const before = opening
    const mine = (async () => {
      await Promise.allSettled([before])
      // Line breaks stay: a config value that is changed here has them.
      const next = { client: plainClient(await door(), plainLines), waiting: 0, isLeft: false }
      await leave(way)
      way = next
      return next
    })().finally(() => {
      if (opening === mine) opening = undefined
    })
    opening = mine
    return mine
  }
  async function leave(left: Way | undefined) {
    if (!left) return
    left.isLeft = true
    if (way === left) way = undefined
    if (left.waiting === 0) await left.client.close()
  }
  /** With the fleet down, now and then somebody else may have brought it up. Many who ask look once. */
  async function found(): Promise<Way> {
    if (opening) return opening
    if (way && (way.client.isLive || performance.now() - lookedAtMs < LOOK_EVERY_MS)) return way
    lookedAtMs = performance.now()
    return open(doors.client)
  }
  async function ask<T>(question: (client: FleetClient) => Promise<T>): Promise<T> {
    const used = await found()
    used.waiting++
    try {
      return await question(used.client)
    } catch (thrown) {
      if (isGone(thrown)) await leave(used)
      throw thrown
    } finally {
      used.waiting--
      if (used.isLeft && used.waiting === 0) await used.client.close()
    }
  }
  const call: FleetClient['call'] = (verb, ...input) => {
    const question = (client: FleetClient) => client.call(verb, ...input)
    return ask(question).catch((thrown: unknown) => {
      if (!isGone(thrown) || !READS.test(verb)) throw thrown
      return ask(question)
    })
  }
  const isLive = () => way?.client.isLive ?? false
  const bringUp = async () => void (await open(doors.liveClient))
  const callLive: FleetClient['call'] = (verb, ...input) =>
    (isLive() ? Promise.resolve() : bringUp()).then(() => call(verb, ...input))
  return {
    isLive,
    call,
    callLive,
    bringUp,
    close: async () => way?.client.close(),
  }
}
