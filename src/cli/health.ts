// Whether the fleet is well: for a container's HEALTHCHECK, a monitor, a script. Answers 0 or 1 and nothing else.
import { askHealth } from '../api/health.js'
import { homePaths } from '../config/home.js'
import { EXIT, type ExitCode, messageOf } from '../core/errors.js'
import { writeErr, writeJson } from './output.js'

export async function tellHealth(home: () => string, json: boolean): Promise<ExitCode> {
  const { ok, lastTickMsAgo, reason } = await healthAt(home)
  if (json) writeJson(`${JSON.stringify({ ok, lastTickMsAgo, reason })}\n`)
  else if (reason !== null) writeErr(`frota: ${reason}\n`)
  return ok ? EXIT.ok : EXIT.failure
}

async function healthAt(home: () => string) {
  try {
    const { controlSocket, standbySocket } = homePaths(home(), process.getuid?.() ?? 0)
    const asked = askHealth(controlSocket)
    // Its own is of no use to somebody who wonders why no supervisor answers.
    const { ok, lastTickMsAgo, waitsFor } = await asked.catch(() => askHealth(standbySocket).catch(() => asked))
    if (!ok) {
      const reason = `The supervisor's loop stands still for ${Math.round(lastTickMsAgo / 1000)} s.`
      return { ok, lastTickMsAgo, reason }
    }
    return {
      ok,
      lastTickMsAgo,
      reason: waitsFor === undefined ? null : `Waits for the home, which is held: ${waitsFor}.`,
    }
  } catch (thrown) {
    return { ok: false, lastTickMsAgo: null, reason: `No supervisor answers: ${messageOf(thrown)}.` }
  }
}
