// What a running process stands on, be it a session or a host service: how it goes, its journal, its secrets, its hooks,
// and the beats that tell of it.
import type { JournalMark } from '../core/journals.js'
import { type Beat, type HostBeatAnswer, WIRE_VERSION } from '../core/protocol.js'
import { type JournalOptions, openJournal, type SessionJournal } from '../journal/journal.js'
import { type Beats, startBeats } from './beats.js'
import { monotonicMs } from './clock.js'
import { stackOf } from './commands.js'
import { type Hooks, hooksOf } from './hooks.js'
import { tellJournal } from './journal-word.js'
import { type LiveValue, liveValue } from './live-value.js'
import type { SessionLog } from './log.js'
import { asSecrets, type SecretValues, secretsFetcher } from './new-secrets.js'
import type { Given } from './process.js'
import { randomSource } from './random.js'
import { redactedJson } from './redact.js'
import { stateLogger } from './state-log.js'
import { type Status, statusOf } from './status.js'

const { join } = process.getBuiltinModule('node:path')

const TIDY_EVERY_MS = 60 * 60 * 1000
const LAST_BEAT_MS = 300

/** Of the supervisor's answer to hello. */
export interface Welcomed {
  journal: JournalMark | null
  secrets: Record<string, string>
  secretsVersion: string
  hooks: Record<string, { maxBytes: number }>
  dirs: { data: string }
}

export interface Footing {
  status: Status
  journal: SessionJournal
  secrets: LiveValue<Readonly<SecretValues>, string>
  hooks: Hooks
  counters(): Beat['counters']
  /** Another copy is the live one. */
  isFenced(): boolean
  /** From now on the supervisor hears of it. */
  begin<Answer extends Pick<HostBeatAnswer, 'newSecrets'>>(own: OwnPart<Answer>): Beats
  /** Only a stop that somebody asked for is told: a crash is the supervisor's to see. */
  lastBeat(): Promise<void>
}

export interface OwnPart<Answer> {
  said(): Pick<Beat, 'port' | 'configVersion' | 'limitsVersion' | 'takesConfigLive'>
  onAnswer(answer: Answer, askedAtMs: number): void
  onFenced(): void
}

export async function openFooting(
  { link, stop, log, redact, hide, crash }: Omit<Given<unknown>, 'welcome' | 'askedAtMs'>,
  welcome: Welcomed,
  writing: Pick<JournalOptions, 'epoch' | 'maxRecordsBytes' | 'onRecord'>,
): Promise<Footing> {
  const { signal } = stop
  const now = () => new Date()
  let beats: Beats | undefined
  let fenced = false
  const onTaken = () => beats?.soon()
  const status = statusOf({
    now,
    redact,
    onChange: onTaken,
    onNewState: stateLogger(log, monotonicMs),
    onProblem: (problem) => log.warn(problem),
  })
  const journal = openJournal(join(welcome.dirs.data, 'journal.db'), {
    now,
    ...writing,
    kept: welcome.journal,
    random: randomSource(),
    toJson: (data) => redactedJson(data, redact),
    onTrouble: (reason) => tellTrouble(reason, status, log),
  })
  if (welcome.journal === null) await tellJournal(link, journal.mark().id, signal)
  const secrets = liveValue(asSecrets(welcome.secrets), welcome.secretsVersion, (version, other) => version !== other)
  const fetchSecrets = secretsFetcher({ link, log, secrets, hide, onTaken, crash })
  const counters = () => ({ ...journal.counts(), logLinesDropped: log.dropped() })
  signal.addEventListener('abort', () => status.stopping(String(signal.reason?.message)), { once: true })
  setInterval(() => tidy(journal, log), TIDY_EVERY_MS).unref()
  return {
    status,
    journal,
    secrets,
    hooks: hooksOf({ specs: welcome.hooks, signal, log }),
    counters,
    isFenced: () => fenced,
    begin<Answer extends Pick<HostBeatAnswer, 'newSecrets'>>({ said, onAnswer, onFenced }: OwnPart<Answer>) {
      beats = startBeats({
        link,
        log,
        beat: () => ({
          wire: WIRE_VERSION,
          ...status.current(),
          ...said(),
          secretsVersion: secrets.version(),
          takesSecretsLive: secrets.isTakenLive(),
          counters: counters(),
        }),
        onAnswer(answer, askedAtMs) {
          if (answer.newSecrets) void fetchSecrets()
          onAnswer(answer as unknown as Answer, askedAtMs)
        },
        onFenced() {
          fenced = true
          onFenced()
          log.error('another copy is the live one: this one stops at once')
          stop.now('lease lost')
        },
      })
      return beats
    },
    async lastBeat() {
      if (signal.aborted && !fenced) await beats?.last(LAST_BEAT_MS)
    },
  }
}

function tellTrouble(reason: string | null, status: Status, log: SessionLog): void {
  if (reason === null) log.info('the journal takes writes again')
  else log.error(reason)
  status.trouble(reason)
}

function tidy(journal: SessionJournal, log: SessionLog): void {
  try {
    journal.tidy()
  } catch (error) {
    log.warn('the journal was not tidied', { error: stackOf(error) })
  }
}
