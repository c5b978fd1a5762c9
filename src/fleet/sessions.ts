import { randomUUID } from 'node:crypto'
import { UserError, usage } from '../core/errors.js'
import { filesIn, type Uploads } from '../core/files.js'
import { didYouMean, formatRef, parseDisplayName, parseRef, type SessionId, type SessionRef } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import type { LsRow } from '../core/states.js'
import { checkConfig, fieldsOf, fieldsOfSchema, issuesOf, readSettings } from '../kinds/config.js'
import type { Kind } from '../kinds/kind.js'
import { inOwnWords } from '../kinds/own-words.js'
import { throwIfRefused } from './checks.js'
import { reclaim } from './claims.js'
import { type ReadFiles, readUploads, sweepFiles, throwIfFilesAreGone } from './files.js'
import { throwIfChangeIsOverPlan } from './over-plan.js'
import { type Acting, entitlementsOf, entryOf, type Found, needSession, needTenant, wake } from './parts.js'
import { dataDir } from './removal.js'
import { changedKeys, throwIfCommandIsForOthers, throwIfFieldIsForOthers } from './rights.js'
import { listRows, type RowFilter } from './rows.js'

export interface AddInput {
  ref: string
  kind: string
  name?: string | undefined
  /** `key=value` texts, over `config`. */
  settings?: string[] | undefined
  config?: JsonObject | undefined
  /** Of its file fields, by key; over both. */
  files?: Uploads | undefined
}

const noSessions = ({ name }: Kind) =>
  usage('NO_SESSIONS', `The kind ${name} has no sessions: it does jobs only.`, `frota ${name} --help`)

const NO_FILES: ReadFiles = { values: {}, write: () => undefined }

export function sessionVerbs(parts: Acting) {
  const { store, kinds } = parts
  return { add, list, show, config, configSet, configUnset, command }

  async function add(input: AddInput): Promise<LsRow> {
    const ref = parseRef(input.ref)
    const displayName = input.name === undefined ? ref.name : parseDisplayName(input.name)
    const kind = kinds.need(input.kind)
    if (kind.run === undefined) throw noSessions(kind)
    const tenant = await needTenant(parts, ref.tenant)
    const files = readUploads(kind, input.files)
    const config = { ...input.config, ...readSettings(fieldsOf(kind), input.settings ?? []), ...files.values }
    throwIfFieldIsForOthers(parts, kind, Object.keys(config))
    const entitled = await entitlementsOf(parts, tenant)
    throwIfRefused(kind, config, entitled)
    const dir = dataDir(parts, ref)
    throwIfFilesAreGone(dir, {}, config, files)
    const mine = store.tenant(tenant.id)
    await throwIfChangeIsOverPlan({ store: mine, ref, id: null, kind, entitled }, { after: config })
    const id = randomUUID() as SessionId
    const session = await mine.addSession(
      {
        id,
        name: ref.name,
        displayName,
        kind: kind.name,
        config,
        home: parts.homeId,
        createdAt: parts.now(),
      },
      entitled.sessions,
      entryOf(parts, 'session.add', formatRef(ref), { kind: kind.name }),
    )
    try {
      await reclaim(parts, { tenant, session, ref, store: mine })
      files.write(dir)
      sweepFiles(dir, [config], parts.now())
    } catch (thrown) {
      const audit = entryOf(parts, 'session.remove', formatRef(ref), { why: 'refused' })
      // Another id than asked for: what an earlier session left is not deleted because this one may not be.
      await mine.removeSession(session.id, audit, { keepData: session.id !== id })
      throw thrown
    }
    await wake(parts)
    return rowOf(ref)
  }

  function list(input: RowFilter): Promise<LsRow[]> {
    return listRows(parts, input)
  }

  async function show(input: { ref: string }) {
    const found = await needSession(parts, parseRef(input.ref))
    const { session, tenant } = found
    return {
      ...(await rowOf(found.ref)),
      displayName: session.displayName,
      plan: tenant.plan,
      config: session.config,
      configVersion: session.configVersion,
      createdAt: session.createdAt.toISOString(),
      secrets: (await found.store.secrets(session.id)).map(({ name, last4, fingerprint }) => ({
        name,
        last4,
        fingerprint,
      })),
    }
  }

  async function config(input: { ref: string }): Promise<JsonObject> {
    const { session } = await needSession(parts, parseRef(input.ref))
    const checked = checkConfig(kinds.need(session.kind), session.config)
    // What a kind's schema knows, with its defaults, over what every kind has. Files as they are stored.
    if (!checked.ok) return session.config
    return { ...session.config, ...checked.config, ...Object.fromEntries(filesIn(session.config)) }
  }

  async function configSet(input: {
    ref: string
    settings: string[]
    config?: JsonObject | undefined
    /** Put back to their defaults in the same step: what is refused together changes nothing. */
    unset?: string[] | undefined
    files?: Uploads | undefined
  }): Promise<JsonObject> {
    const found = await needSession(parts, parseRef(input.ref))
    const kind = kinds.need(found.session.kind)
    const files = readUploads(kind, input.files)
    const set = { ...input.config, ...readSettings(fieldsOf(kind), input.settings), ...files.values }
    const next = { ...found.session.config, ...set }
    for (const key of input.unset ?? []) delete next[key]
    return reconfigure(found, next, files)
  }

  async function configUnset(input: { ref: string; keys: string[] }): Promise<JsonObject> {
    const found = await needSession(parts, parseRef(input.ref))
    const next = { ...found.session.config }
    for (const key of input.keys) {
      if (!(key in next)) throw usage('BAD_CONFIG', `${key}: is not set.`, `frota config ${formatRef(found.ref)}`)
      delete next[key]
    }
    return reconfigure(found, next, NO_FILES)
  }

  async function reconfigure(found: Found, next: JsonObject, files: ReadFiles): Promise<JsonObject> {
    const { session } = found
    const kind = kinds.need(session.kind)
    const dir = dataDir(parts, found.ref)
    throwIfFilesAreGone(dir, session.config, next, files)
    const keys = changedKeys(session.config, next)
    throwIfFieldIsForOthers(parts, kind, keys)
    const entitled = await entitlementsOf(parts, found.tenant)
    throwIfRefused(kind, next, entitled, session.config)
    await throwIfChangeIsOverPlan({ ...found, id: session.id, kind, entitled }, { before: session.config, after: next })
    // Claimed before it is written: a refused account must change nothing.
    await reclaim(parts, { ...found, session: { ...session, config: next } })
    const audit = entryOf(parts, 'session.config', formatRef(found.ref), { keys })
    try {
      files.write(dir)
      await found.store.changeSession(session.id, { config: next }, { ifConfigVersion: session.configVersion, audit })
    } catch (thrown) {
      await reclaim(parts, await needSession(parts, found.ref))
      throw thrown
    }
    await wake(parts)
    // A running session may still read what it was given before: that stays until the next change.
    const runs = parts.live?.sessions().get(session.id)?.pid != null
    sweepFiles(dir, runs ? [session.config, next] : [next], parts.now())
    return next
  }

  /** Runs a command of the session's kind. Input is validated here: a session loads no schema. */
  async function command(input: {
    ref: string
    command: string
    settings?: string[] | undefined
    input?: JsonObject | undefined
  }): Promise<Json> {
    const found = await needSession(parts, parseRef(input.ref))
    const kind = kinds.need(found.session.kind)
    const commands = new Map(Object.entries(kind.commands ?? {}))
    const spec = commands.get(input.command)
    if (!spec) {
      const names = [...commands.keys()]
      const hint = didYouMean(input.command, names) || `it has: ${names.join(', ') || 'none'}`
      throw usage('COMMAND_UNKNOWN', `The kind ${kind.name} has no command "${input.command}".`, hint)
    }
    throwIfCommandIsForOthers(parts, input.command, spec)
    const asked = { ...input.input, ...readSettings(fieldsOfSchema(spec.input), input.settings ?? []) }
    const parsed = spec.input.safeParse(asked, { error: inOwnWords })
    if (!parsed.success) {
      const problems = issuesOf(parsed.error).join('; ')
      throw usage('BAD_INPUT', `${input.command}: ${problems}.`, `frota kinds ${kind.name} lists its fields`)
    }
    if (!parts.live) throw new UserError('FLEET_DOWN', 'The fleet is down.', 'frota up')
    return parts.live.command(found.session.id, input.command, parsed.data as JsonObject)
  }

  async function rowOf(ref: SessionRef): Promise<LsRow> {
    const name = formatRef(ref)
    const row = (await listRows(parts, {})).find((candidate) => candidate.session === name)
    if (!row) throw new UserError('SESSION_GONE', `${name} has just been removed.`)
    return row
  }
}
