// `frota health`: asked by a container's manager every few seconds, so it loads as little as can be. GET /health on the
// control socket is no verb: it needs neither store nor schema.
import type { Health } from '../core/health.js'
import { readBody } from '../node/bodies.js'
import { distrustOfSocket } from '../node/trust.js'

const http = process.getBuiltinModule('node:http')

export const HEALTH_PATH = '/health'
const ANSWER_WITHIN_MS = 5_000
const MAX_ANSWER_BYTES = 1024

/** Rejects when no supervisor answers, or when another user could be the one who does. */
export async function askHealth(socketPath: string): Promise<Health> {
  const found = distrustOfSocket(socketPath)
  if (found) throw new Error(found.message)
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  const body = await new Promise<Buffer | undefined>((resolve, reject) => {
    const asked = http.get({ agent: false, socketPath, path: HEALTH_PATH, signal }, (response) => {
      readBody(response, MAX_ANSWER_BYTES).then(resolve, reject)
    })
    asked.on('error', reject)
  })
  const { ok, lastTickMsAgo, waitsFor }: Partial<Health> = JSON.parse(String(body ?? '{}'))
  const health = { ok: ok === true, lastTickMsAgo: Number(lastTickMsAgo) }
  return waitsFor === undefined ? health : { ...health, waitsFor: String(waitsFor) }
}
