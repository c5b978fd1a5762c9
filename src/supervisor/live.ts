// The supervisor as the operator's verbs see it.
import { request } from 'node:http'
import { UserError } from '../core/errors.js'
import { formatRef, type SessionId } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Live, LiveSession } from '../core/live.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import { liveOf, type Unit } from './unit.js'
import type { Wishes } from './wishes.js'

const COMMAND_TIMEOUT_MS = 60_000

export function openLive(
  parts: SupervisorParts,
  roster: Roster,
  wishes: Wishes,
  verbs: Pick<Live, 'wake' | 'drain' | 'retire'>,
): Live {
  const startedAt = parts.now().toISOString()
  return {
    ...verbs,
    sessions: () => new Map(roster.units().map((unit) => [unit.id, liveSession(unit, wishes.problems().get(unit.id))])),
    async command(id, name, input) {
      const unit = roster.get(id)
      const live = unit && liveOf(unit)
      if (!unit || !live?.beat?.port) {
        const ref = unit ? formatRef(unit.ref) : 'The session'
        throw new UserError('SESSION_NOT_RUNNING', `${ref} is not running.`, 'frota start brings it up')
      }
      return call(live.beat.port, name, input, parts.tickets.commandToken(live.run))
    },
    async status() {
      const outage = wishes.outage()
      return {
        supervisor: { pid: process.pid, startedAt, rssBytes: process.memoryUsage.rss() },
        pm2: await parts.driver.info(),
        storeOutage: outage && { since: outage.since.toISOString(), reason: outage.reason },
        warnings: [...parts.kinds.problems, ...problemLines(roster, wishes)],
      }
    },
    testAlerts: () => parts.testAlerts(),
  }
}

function problemLines(roster: Roster, wishes: Wishes): string[] {
  return [...wishes.problems()].map(([id, problem]) => {
    const unit = roster.get(id as SessionId)
    return `${unit ? formatRef(unit.ref) : id}: ${problem}`
  })
}

function liveSession(unit: Unit, problem: string | undefined): LiveSession {
  const live = liveOf(unit)
  const { life } = unit
  return {
    state: life.state,
    reason: life.reason || (live && problem) || null,
    since: new Date(life.since),
    pid: live?.pid || null,
    port: live?.beat?.port ?? null,
    rssBytes: unit.usage?.rssBytes ?? null,
    cpuPercent: unit.usage === null ? null : Math.round(unit.usage.cpuPercent * 10) / 10,
    restarts: unit.restarts,
    lastBeatAt: live?.beat ? new Date(live.lastBeatAt) : null,
    configVersion: live ? (live.beat?.configVersion ?? live.configVersion) : null,
    detail: live?.beat?.detail ?? {},
    retryAt: 'retryAt' in life && life.retryAt > 0 ? new Date(life.retryAt) : null,
  }
}

function call(port: number, name: string, input: JsonObject, token: string): Promise<Json> {
  const body = JSON.stringify(input)
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path: `/commands/${encodeURIComponent(name)}`,
        method: 'POST',
        timeout: COMMAND_TIMEOUT_MS,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          try {
            resolve(readAnswer(response.statusCode ?? 0, Buffer.concat(chunks).toString()))
          } catch (thrown) {
            reject(thrown)
          }
        })
      },
    )
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${COMMAND_TIMEOUT_MS / 1000} s`)))
    asked.on('error', (thrown) => {
      reject(new UserError('COMMAND_FAILED', `The session did not answer "${name}": ${thrown.message}.`, 'frota logs'))
    })
    asked.end(body)
  })
}

function readAnswer(status: number, text: string): Json {
  const body = JSON.parse(text || '{}') as { result?: Json; error?: { code?: string; message?: string; hint?: string } }
  if (status === 200) return body.result ?? null
  const { code = 'COMMAND_FAILED', message = `The session answered ${status}.`, hint = '' } = body.error ?? {}
  throw new UserError(code, message, hint)
}
