// What the supervisor answers to its host services: what they may know of the home, who has hooks, and, by somebody's
// credential, a verb. They are given neither the store's credentials nor the vault's key, and can name no actor.
import path from 'node:path'
import { bucketEach } from '../core/bucket.js'
import { UserError } from '../core/errors.js'
import { unitName } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Beat, CallAnswer, HostBeatAnswer, HostWelcome, OpenedSecrets, Routes } from '../core/protocol.js'
import { readsSecret } from '../core/secret-names.js'
import { maxBytesOf } from '../kinds/hooks.js'
import type { HostService } from '../kinds/host-services.js'
import type { Context } from './context.js'
import type { Hello } from './endpoint.js'
import { hear, hearProgram } from './hear.js'
import { hostSocket } from './host-units.js'
import type { RouteBoard } from './routes.js'
import type { Pass } from './tickets.js'
import { type LiveRun, liveOf, type Unit } from './unit.js'
import type { Wanted } from './wanted.js'

/** One keeps to one a second by itself. */
const BEATS = { perSecond: 2, burst: 60 }

export interface Asked {
  credential: string
  verb: string
  input: JsonObject
}

/** Resolves the credential to whoever has it. Set once the verbs are there. */
export type AnswerCall = (asked: Asked) => Promise<CallAnswer>

export interface ServiceDesk {
  hello(pass: Pass, said: Hello): HostWelcome | 'fenced'
  journal(pass: Pass, id: string): object | 'fenced'
  beat(pass: Pass, beat: Beat): HostBeatAnswer | 'fenced'
  secrets(pass: Pass): OpenedSecrets | 'fenced'
  routes(pass: Pass, since: string | null): Promise<Routes | 'fenced'>
  call(pass: Pass, asked: Asked): Promise<CallAnswer>
}

export function openServiceDesk(
  context: Context,
  board: RouteBoard,
  lastTickMs: () => number,
  answerCall: AnswerCall,
): ServiceDesk {
  const { parts, roster } = context
  const nowMs = () => parts.now().getTime()
  const mayBeat = bucketEach<LiveRun>({ ...BEATS, monotonicMs: () => performance.now() })
  return { hello, journal, beat, secrets, routes, call }

  function hello(pass: Pass, { pid, wire }: Hello): HostWelcome | 'fenced' {
    const found = currentOf(pass)
    if (!found || found.live.helloed || found.unit.life.state !== 'starting') return 'fenced'
    const { unit, live, wanted } = found
    if (wanted?.should.do !== 'run') return 'fenced'
    hearProgram(context, unit, live, wire)
    const answer = welcome(unit, live, wanted)
    live.helloed = true
    // PM2's answer to the start may come later. Its word for it is not enough: some pids are acted on.
    if (live.pid === 0 && parts.host.findMarked().some((one) => one.pid === pid && one.run === live.run)) live.pid = pid
    live.secretsVersion = wanted.secretsVersion
    live.limitsVersion = wanted.kindLimits.version
    live.lastBeatAt = nowMs()
    roster.save(unit)
    return answer
  }

  /** No store knows of it: the ledger does. */
  function journal(pass: Pass, id: string): object | 'fenced' {
    const found = currentOf(pass)
    if (!found) return 'fenced'
    found.unit.journal ??= { id, row: 0 }
    roster.save(found.unit)
    return {}
  }

  function welcome(unit: Unit, { run, epoch }: LiveRun, wanted: Wanted): HostWelcome {
    const service = serviceOf(unit)
    const { dirs } = parts.settings
    return {
      token: parts.services.tickets.token({ session: unit.id, run }),
      hookToken: parts.services.tickets.hookToken(run),
      run,
      name: unit.ref.name,
      runModule: service.spec.run.href,
      config: wanted.config,
      settingsVersion: wanted.kindLimits.version,
      secrets: openSecrets(service),
      secretsVersion: wanted.secretsVersion,
      journal: unit.journal,
      epoch,
      hooks: Object.fromEntries(
        Object.entries(service.spec.hooks ?? {}).map(([name, spec]) => [name, { maxBytes: maxBytesOf(spec) }]),
      ),
      stopWithinMs: wanted.limits.stopWithinMs,
      listenAt: hostSocket(parts.services.sockets, unit.ref.name),
      dirs: {
        data: path.join(dirs.tokens, unit.ref.tenant, unit.ref.name),
        logFile: path.join(dirs.logs, `${unitName(unit.ref)}.jsonl`),
      },
    }
  }

  function beat(pass: Pass, said: Beat): HostBeatAnswer | 'fenced' {
    const found = currentOf(pass)
    if (!found) return 'fenced'
    const { unit, live, wanted } = found
    if (!mayBeat(live)) throw new UserError('TOO_MANY', 'More beats than two a second.')
    hear(context, unit, live, said)
    const isWanted = wanted?.should.do === 'run'
    const lastTickMsAgo = performance.now() - lastTickMs()
    return {
      lastTickMsAgo,
      newSecrets: isWanted && said.takesSecretsLive && wanted.secretsVersion !== said.secretsVersion,
    }
  }

  function secrets(pass: Pass): OpenedSecrets | 'fenced' {
    const found = currentOf(pass)
    if (found?.wanted?.should.do !== 'run') return 'fenced'
    return { secrets: openSecrets(serviceOf(found.unit)), version: found.wanted.secretsVersion }
  }

  async function routes(pass: Pass, since: string | null): Promise<Routes | 'fenced'> {
    return currentOf(pass) ? board.after(since) : 'fenced'
  }

  async function call(pass: Pass, asked: Asked): Promise<CallAnswer> {
    return currentOf(pass) ? answerCall(asked) : refused(409, 'FENCED', 'Another copy of this service is the live one.')
  }

  /** Its unit, as long as the pass is of the run that lives now. */
  function currentOf({ session, run }: Pass) {
    const unit = roster.get(session)
    const live = unit && liveOf(unit)
    if (!unit || live?.run !== run) return undefined
    return { unit, live, wanted: context.wanted.units().get(unit.id) }
  }

  function serviceOf({ ref }: Unit): HostService {
    const service = parts.kinds.services.get(ref.name)
    if (!service) throw new UserError('SERVICE_UNKNOWN', `No kind brings the host service "${ref.name}" any more.`)
    return service
  }

  function openSecrets({ spec }: HostService): Record<string, string> {
    const { operatorSecrets: secrets } = context.wanted
    return secrets.open(secrets.names().filter((name) => readsSecret(spec.secrets, name)))
  }
}

export const refused = (status: number, code: string, message: string, hint = ''): CallAnswer => ({
  status,
  body: { error: { code, message, hint } satisfies Record<string, Json> },
})
