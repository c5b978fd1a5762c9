// The beat: every 5 s and at every change. Changes that come together travel together; a storm of them, once a second.

import { bucket } from '../core/bucket.js'
import { messageOf } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { BEAT_EVERY_MS, type Beat, type BeatAnswer, FENCED_STATUS } from '../core/protocol.js'
import { openBell, pause } from '../node/waits.js'
import { hostUptimeMs, monotonicMs } from './clock.js'
import { type Link, refusalIn } from './link.js'
import { retryDelayMs } from './retry.js'

const BEAT_TIMEOUT_MS = 5_000
const COALESCE_MS = 20
const STORM_COALESCE_MS = 1_000
const HURRIED = { perSecond: 0.5, burst: 20 }

/**
 * The sessions of a host beat on whole seconds of its uptime, together: twenty beats in one waking cost the supervisor
 * half of what they cost one by one, each with cold caches.
 */
const BEAT_ON_MS = 1_000
const untilNextBeatMs = () => BEAT_EVERY_MS - (hostUptimeMs() % BEAT_ON_MS)

export interface Beats {
  /** Something changed: say so now. */
  soon(): void
  /** One more beat, then none. Waits for the answer at most this long. */
  last(timeoutMs: number): Promise<void>
}

export interface BeatOptions {
  link: Link
  beat: () => Beat
  onAnswer: (answer: BeatAnswer, askedAtMs: number) => void
  onFenced: () => void
  log: { warn(message: string, fields?: JsonObject): void; info(message: string): void }
}

export function startBeats({ link, beat, onAnswer, onFenced, log }: BeatOptions): Beats {
  const bell = openBell()
  const mayHurry = bucket({ ...HURRIED, monotonicMs })
  let ended = false
  let failures = 0
  void loop()

  async function loop() {
    // A kind that is ready at once says so in its first beat.
    await bell.wait(COALESCE_MS)
    while (!ended) {
      const ok = await once(BEAT_TIMEOUT_MS)
      // After a failure a change does not hurry the next try: it travels with it.
      if (ok) {
        if (await bell.wait(untilNextBeatMs())) await pause(mayHurry() ? COALESCE_MS : STORM_COALESCE_MS)
      } else {
        await pause(retryDelayMs(failures))
      }
    }
  }

  async function once(timeoutMs: number): Promise<boolean> {
    const askedAtMs = hostUptimeMs()
    try {
      const { status, body } = await link.post('/beat', beat(), timeoutMs)
      if (status === FENCED_STATUS) {
        ended = true
        onFenced()
        return true
      }
      if (status !== 200) throw new Error(`the supervisor answered ${status}${refusalIn(body)}`)
      if (failures > 1) log.info('the supervisor answers again')
      failures = 0
      onAnswer(body as unknown as BeatAnswer, askedAtMs)
      return true
    } catch (error) {
      if (++failures === 2) log.warn('the supervisor takes no beats; working on', { error: messageOf(error) })
      return false
    }
  }

  return {
    soon: () => bell.ring(),
    async last(timeoutMs) {
      if (ended) return
      ended = true
      await once(timeoutMs)
      bell.ring()
    },
  }
}
