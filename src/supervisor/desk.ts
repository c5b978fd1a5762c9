// What the supervisor answers to its sessions: who is the live copy, with which config, secrets and lease.
import path from 'node:path'
import { bucketEach } from '../core/bucket.js'
import { UserError } from '../core/errors.js'
import { formatRef, type SessionId, unitName } from '../core/ids.js'
import { journalProblem } from '../core/journals.js'
import type { Beat, BeatAnswer, OpenedSecrets, Welcome } from '../core/protocol.js'
import { readsSecret } from '../core/secret-names.js'
import { maxBytesOf } from '../kinds/hooks.js'
import type { Kind } from '../kinds/kind.js'
import { storedBatch } from '../store/stored-events.js'
import type { Context } from './context.js'
import type { Hello, SessionsDesk } from './endpoint.js'
import { hear, hearProgram } from './hear.js'
import { hostSocket } from './host-units.js'
import { isItsPort } from './ports.js'
import type { Rights } from './rights.js'
import type { Pass } from './tickets.js'
import { type LiveRun, liveOf, type Unit } from './unit.js'
import type { Wanted } from './wanted.js'
import type { EventsBatch } from './wire.js'

/** A session keeps to one a second by itself; each may cost a write and a look at everything. */
const BEATS = { perSecond: 2, burst: 60 }
/** One that is told of new ones asks once; each question opens all its seals. */
const SECRETS = { perSecond: 1, burst: 20 }

export function openDesk(
  context: Context,
  { isFenced, claimAccounts }: Pick<Rights, 'isFenced' | 'claimAccounts'>,
): SessionsDesk {
  const { parts, store, roster, leases, history, loops } = context
  const nowMs = () => parts.now().getTime()
  const mayBeat = bucketEach<LiveRun>({ ...BEATS, monotonicMs: () => performance.now() })
  const mayAskForSecrets = bucketEach<LiveRun>({ ...SECRETS, monotonicMs: () => performance.now() })
  return { hello, journal, secrets, beat, events }

  async function hello(pass: Pass, { pid, wire }: Hello): Promise<Welcome | 'fenced'> {
    const unit = roster.get(pass.session)
    const live = unit && liveOf(unit)
    const wanted = context.wanted.sessions().get(pass.session)
    if (!unit || !live || live.run !== pass.run || live.helloed || unit.life.state !== 'starting') return 'fenced'
    // One that should not run now (its config was refused, a limit was lowered) is about to be stopped.
    if (wanted?.should.do !== 'run') return 'fenced'
    hearProgram(context, unit, live, wire)
    // Before the ticket is spent: a secret that cannot be opened must be heard of again at the next try.
    const answer = welcome(unit, live, wanted)
    live.helloed = true
    // Told to the store anew by every run. Until it reports some, what was seen of the run before stays claimed.
    unit.accounts = null
    // PM2's answer to the start may come later. Its word for it is not enough: some pids are acted on.
    if (live.pid === 0 && parts.host.findMarked().some((one) => one.pid === pid && one.run === live.run)) live.pid = pid
    live.configVersion = wanted.configVersion
    live.secretsVersion = wanted.secretsVersion
    live.limitsVersion = wanted.kindLimits.version
    live.lastBeatAt = nowMs()
    roster.save(unit)
    return answer
  }

  async function journal(pass: Pass, id: string): Promise<object | 'fenced'> {
    const unit = roster.get(pass.session)
    if (!unit || liveOf(unit)?.run !== pass.run || isFenced(pass.run)) return 'fenced'
    const kept = await store.keepJournal(unit.id, id)
    const problem = journalProblem(kept, { id, row: kept.row })
    if (problem !== null)
      throw new UserError('JOURNAL_UNKNOWN', `${problem}; begin a new one: frota recover ${formatRef(unit.ref)}`)
    unit.journal = kept
    roster.save(unit)
    return {}
  }

  function welcome(unit: Unit, live: LiveRun, wanted: Wanted): Welcome {
    const kind = parts.kinds.need(wanted.kind)
    if (!kind.run) throw new Error(`the kind ${kind.name} has no sessions`) // none of them was started
    const { settings, tickets } = parts
    const pass = { session: unit.id, run: live.run }
    const hooks = Object.entries(kind.hooks ?? {})
    return {
      token: tickets.token(pass),
      session: { id: unit.id, tenant: unit.ref.tenant, name: unit.ref.name },
      run: live.run,
      kind: kind.name,
      runModule: kind.run.href,
      config: wanted.config,
      configVersion: wanted.configVersion,
      secrets: openSecrets(unit, kind),
      secretsVersion: wanted.secretsVersion,
      limits: wanted.kindLimits,
      maxRecordsBytes: wanted.maxRecordsBytes,
      lease: leaseOf(live),
      services: socketsOf(wanted),
      journal: unit.journal,
      ports: live.ports,
      commands: Object.keys(kind.commands ?? {}),
      commandToken: tickets.commandToken(live.run),
      hooks: Object.fromEntries(hooks.map(([name, spec]) => [name, { maxBytes: maxBytesOf(spec) }])),
      hookToken: tickets.hookToken(live.run),
      stopWithinMs: wanted.limits.stopWithinMs,
      dirs: {
        data: path.join(settings.dirs.tokens, unit.ref.tenant, unit.ref.name),
        logFile: path.join(settings.dirs.logs, `${unitName(unit.ref)}.jsonl`),
        browser: settings.browser.path,
        browserLibs: settings.browser.libs,
      },
      browserSandbox: settings.browser.sandbox,
    }
  }

  /** What a verb has claimed before it was stored. */
  function secrets(pass: Pass): OpenedSecrets | 'fenced' {
    const unit = roster.get(pass.session)
    const live = unit && liveOf(unit)
    const wanted = context.wanted.sessions().get(pass.session)
    if (!unit || live?.run !== pass.run || isFenced(pass.run) || wanted?.should.do !== 'run') return 'fenced'
    if (!mayAskForSecrets(live)) throw new UserError('TOO_MANY', 'More questions for secrets than one a second.')
    return { secrets: openSecrets(unit, parts.kinds.need(wanted.kind)), version: wanted.secretsVersion }
  }

  /** The session's own secrets over the tenant's, and of these only what its kind reads. */
  function openSecrets(unit: Unit, kind: Kind): Record<string, string> {
    const snapshot = context.wanted.snapshot()
    const opened: Record<string, string> = {}
    if (!snapshot) return opened
    const wrapped = snapshot.dataKeys.get(unit.tenantId)
    const read = snapshot.secrets.filter((s) => s.tenantId === unit.tenantId && readsSecret(kind.secrets, s.name))
    const tenants = read.filter((secret) => secret.session === null)
    const own = read.filter((secret) => secret.session === unit.id)
    for (const secret of new Map([...tenants, ...own].map((one) => [one.name, one])).values()) {
      if (wrapped === undefined) throw keyIsGone(unit.ref.tenant)
      opened[secret.name] = parts.vault.tenant(unit.tenantId, wrapped).open(secret)
    }
    return opened
  }

  function beat(pass: Pass, said: Beat): BeatAnswer | 'fenced' {
    const unit = roster.get(pass.session)
    const live = unit && liveOf(unit)
    if (!unit || !live || live.run !== pass.run || isFenced(pass.run)) return 'fenced'
    if (!mayBeat(live)) throw new UserError('TOO_MANY', 'More beats than two a second.')
    if (said.port !== null && !isItsPort(live, said.port, roster.units(), parts.host.listensOn))
      throw new UserError('BAD_REQUEST', `beat.port: the session does not listen on ${said.port}`)
    hear(context, unit, live, said)
    if (said.accounts !== null && !isSameList(said.accounts, unit.accounts)) accountsSeen(unit, said.accounts)
    return { lease: leaseOf(live), ...newsFor(unit, said) }
  }

  /** What has changed since the session was told, for one that takes it live and should go on running. */
  function newsFor(unit: Unit, said: Beat): Omit<BeatAnswer, 'lease'> {
    const wanted = context.wanted.sessions().get(unit.id)
    if (wanted?.should.do !== 'run') return { newer: null, newSecrets: false, maxRecordsBytes: null }
    return {
      newer: isBehind(said, wanted)
        ? {
            config: { value: wanted.config, version: wanted.configVersion },
            limits: wanted.kindLimits,
            services: socketsOf(wanted),
          }
        : null,
      maxRecordsBytes: wanted.maxRecordsBytes,
      newSecrets: said.takesSecretsLive && wanted.secretsVersion !== said.secretsVersion,
    }
  }

  /** While the store is away nobody can be asked; the next beat asks again. */
  function accountsSeen(...seen: Parameters<Rights['claimAccounts']>) {
    if (!context.wanted.outage()) loops.background('claim', claimAccounts(...seen))
  }

  async function events(pass: Pass, { journal, taken, refused, upTo }: EventsBatch) {
    const unit = roster.get(pass.session)
    const tenantId = unit?.tenantId ?? (await tenantOf(pass.session))
    if (!tenantId) throw new UserError('SESSION_GONE', 'This session was removed with its tenant.')
    if (refused.length > 0) context.putAside(pass.session, refused)
    const ack = journal === null ? undefined : { session: pass.session, journal, row: upTo }
    await history.append(storedBatch(tenantId, pass.session, journal, taken), ack)
    // Not saved by itself: while the store is away an older row here is only more lenient.
    if (unit?.journal?.id === journal && unit.journal.row < upTo) unit.journal.row = upTo
  }

  async function tenantOf(id: SessionId) {
    return (await store.snapshot()).sessions.find((session) => session.id === id)?.tenantId
  }

  function socketsOf({ needs }: Wanted): Record<string, string> {
    return Object.fromEntries(needs.map((name) => [name, hostSocket(parts.services.sockets, name)]))
  }

  function leaseOf(live: LiveRun) {
    return { epoch: live.epoch, confirmedForMs: Math.round(leases.confirmedForMs(live.run)) }
  }
}

const isSameList = (one: string[], other: string[] | null) => JSON.stringify(one) === JSON.stringify(other)

/** It takes news live, and there are some. */
const isBehind = (said: Beat, { configVersion, kindLimits }: Wanted): boolean =>
  said.takesConfigLive && (configVersion > said.configVersion || kindLimits.version !== said.limitsVersion)

/** Without a word the session would run as if it had never been given a secret. */
const keyIsGone = (tenant: string) =>
  new UserError(
    'SEAL_BROKEN',
    `The data key of ${tenant} is gone from the store: its secrets cannot be opened.`,
    'put the row back from a backup, or set them again with "frota secret set"',
  )
