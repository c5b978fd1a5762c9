// The gateway, the one door to the network: whether its port can be had, and whether the world could find it.
import { get } from 'node:http'
import { isIP } from 'node:net'
import type { GatewayConfig } from '../../config/gateway.js'
import { messageOf } from '../../core/errors.js'
import type { Health } from '../../core/health.js'
import { isLoopbackHost } from '../../node/addresses.js'
import { readBody } from '../../node/bodies.js'
import { codeOf, hasCode } from '../../node/codes.js'
import { type Finding, ok, type Patient, warn } from './finding.js'
import { bindProblem } from './host.js'

const ANSWER_WITHIN_MS = 3_000
const MAX_ANSWER_BYTES = 1024

export async function checkGateway({
  config: { gateway },
  live,
}: Pick<Patient, 'config' | 'live'>): Promise<Finding[]> {
  if (gateway.mode === 'off') return [ok('gateway', 'off: nothing is received (FROTA_GATEWAY)')]
  const found = live ? await whoAnswers(gateway) : await portOf(gateway)
  return [found, ...openings(gateway)]
}

/** With the fleet down the port must be free. */
async function portOf({ bind, port }: GatewayConfig): Promise<Finding> {
  const problem = port === 0 ? null : await bindProblem(port, bind)
  if (problem === null) return ok('gateway', `${placeOf(bind, port)} is free`)
  const advice = hasCode({ code: problem }, 'EADDRNOTAVAIL') ? 'set FROTA_BIND to an address of this machine' : SET_PORT
  return warn('gateway', `${placeOf(bind, port)} cannot be used (${problem}).`, advice)
}

const SET_PORT = 'set PORT to a free one: what is sent to sessions would not arrive'

/** With the fleet up it is the gateway's, if there is one. */
async function whoAnswers({ bind, port, mode }: GatewayConfig): Promise<Finding> {
  const place = placeOf(bind, port)
  if (port === 0) return ok('gateway', 'listens on any free port, while a session needs it')
  const answer = await healthz(reachable(bind), port).catch((thrown: unknown) => ({ thrown }))
  if (!('thrown' in answer)) return isHealth(answer.text) ? ok('gateway', `answers on ${place}`) : somebodyElse(place)
  if (codeOf(answer.thrown) !== 'ECONNREFUSED') return somebodyElse(place, `: ${messageOf(answer.thrown)}`)
  if (mode === 'auto') return ok('gateway', 'does not run: no session that is wanted has anything to receive')
  return warn('gateway', `Nobody listens on ${place}.`, 'frota ls --host, frota logs')
}

/** Not by `fetch`, which refuses some ports. */
function healthz(host: string, port: number): Promise<{ text: string }> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  return new Promise((resolve, reject) => {
    get({ agent: false, host, port, path: '/healthz', signal }, (response) => {
      readBody(response, MAX_ANSWER_BYTES).then((body) => resolve({ text: String(body ?? '') }), reject)
    }).on('error', reject)
  })
}

function isHealth(text: string): boolean {
  try {
    const { ok }: Partial<Health> = JSON.parse(text)
    return typeof ok === 'boolean'
  } catch {
    return false // somebody else's answer may be anything
  }
}

const somebodyElse = (place: string, why = '') =>
  warn('gateway', `It is not the gateway that answers on ${place}${why}.`, SET_PORT)

/** What listens on all addresses is asked on the loopback one. */
const reachable = (bind: string) => (bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind)

function openings({ bind, port, publicUrl, trustedProxies }: GatewayConfig): Finding[] {
  if (publicUrl === null) {
    const why = isLoopbackHost(bind) ? 'PORT is 0' : `It listens on ${bind}`
    return [warn('gateway', `${why}, and FROTA_PUBLIC_URL is not set.`, 'set it: no address of a hook can be printed')]
  }
  const isOutside = !isLoopbackHost(new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, '$1'))
  if (!isOutside || trustedProxies.length > 0) return []
  const message = `Whoever calls ${publicUrl} comes to ${placeOf(bind, port)} with the address of your reverse proxy.`
  return [warn('gateway', message, 'name it in FROTA_TRUSTED_PROXIES: limits are by the caller’s address')]
}

const placeOf = (bind: string, port: number) => `${isIP(bind) === 6 ? `[${bind}]` : bind}:${port || 'any free port'}`
