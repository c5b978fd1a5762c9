// A session's context without supervisor and runtime: a real journal, everything said kept for the test to look at.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '../src/core/json.js'
import { openJournal, type SessionJournal } from '../src/journal/journal.js'
import type { SessionContext } from '../src/kinds/kind.js'

export interface Report {
  state: string
  reason: string | null
  accounts: string[] | null
  detail: JsonObject
}

export interface TestContext<Config> {
  ctx: SessionContext<Config>
  journal: SessionJournal
  reports: Report[]
  logs: string[]
  /** The last report. */
  now(): Report | undefined
  events(type?: string): JsonObject[]
  call(command: string, input?: JsonObject): Promise<Json>
  configure(config: Config): void
  /** As the supervisor would: `shutdown`. */
  stop(): void
  /** Whether the store has confirmed the lease lately. */
  leaseIsSure(sure: boolean): void
  /** Lets go of the journal. */
  close(): void
}

export function testContext<Config>(options: {
  folder: string
  config: Config
  dirs?: Partial<SessionContext['dirs']>
  now?: () => Date
}): TestContext<Config> {
  const { folder, config, now = () => new Date() } = options
  mkdirSync(folder, { recursive: true })
  const stop = new AbortController()
  const journal = openJournal(join(folder, 'journal.db'), { now, random: randomBytes })
  const reports: Report[] = []
  const logs: string[] = []
  let isLeaseSure = true
  const handlers = new Map<string, (input: JsonObject) => Promise<Json>>()
  let onConfig: ((config: Readonly<Config>) => void) | undefined
  const write = (level: string) => (message: string, fields?: JsonObject) => {
    logs.push(`${level} ${message} ${fields ? JSON.stringify(fields) : ''}`)
  }
  const ctx: SessionContext<Config> = {
    signal: stop.signal,
    session: { id: 's-1', tenant: 'acme', name: 'vendas', ref: 'acme/vendas' },
    config,
    onConfig: (listener) => {
      onConfig = listener
    },
    secrets: {},
    onSecrets: () => undefined,
    journal,
    records: journal.records,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    report: (state, more = {}) => {
      const { reason = null, accounts = null, detail = {} } = more
      reports.push({ state, reason, accounts, detail })
    },
    notify: (notice) => journal.notify(notice.key, notice),
    lease: { epoch: 1, confirmed: () => isLeaseSure },
    commands: { on: (name, handler) => void handlers.set(name, handler) },
    hooks: { on: () => undefined },
    limits: {},
    services: {},
    dirs: { data: folder, browser: null, browserLibs: null, browserSandbox: false, ...options.dirs },
    clock: {
      now,
      sleep: async (ms) => void (await sleep(ms, undefined, { signal: stop.signal })),
    },
  }
  return {
    ctx,
    journal,
    reports,
    logs,
    now: () => reports.at(-1),
    events: (type) =>
      journal.db
        .prepare(`SELECT type, data FROM outbox WHERE what = 'event' ORDER BY seq`)
        .all()
        .filter((row) => type === undefined || row.type === type)
        .map((row) => ({ type: String(row.type), ...(JSON.parse(String(row.data)) as JsonObject) })),
    call(command, input = {}) {
      const handler = handlers.get(command)
      if (!handler) throw new Error(`no command ${command}`)
      return handler(input)
    },
    configure: (next) => onConfig?.(next),
    leaseIsSure(sure) {
      isLeaseSure = sure
    },
    stop: () => stop.abort(new Error('shutdown')),
    close: () => journal.close(),
  }
}
