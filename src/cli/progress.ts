// How far a job is, on stderr: a bar with the time left on a terminal, JSON Lines with --json. What it logs stands above.
import type { JsonObject } from '../core/json.js'
import type { LogLevel, Progress } from '../core/one-shot.js'
import { plain } from '../core/plain-text.js'
import { steerErr, writeErr, writeErrJson } from './output.js'
import { duration } from './units.js'
import { clip } from './width.js'

export interface ProgressView {
  show(progress: Progress): void
  log(level: LogLevel, message: string, fields: JsonObject): void
  /** Takes the bar away. */
  end(): void
}

export function openProgress({ json }: { json: boolean }): ProgressView {
  if (json) {
    return {
      show: (progress) => writeErrJson(`${JSON.stringify({ progress })}\n`),
      log: (level, message, fields) => writeErrJson(`${JSON.stringify({ log: { level, message, ...fields } })}\n`),
      end: () => undefined,
    }
  }
  const isTerminal = process.stderr.isTTY === true
  const pace = paceFrom(() => performance.now())
  let bar = ''
  const erase = () => bar !== '' && steerErr('\r\x1b[2K')
  const draw = (line: string) => {
    erase()
    bar = line
    writeErr(line)
  }
  return {
    show(progress) {
      if (isTerminal) draw(clip(barLine(progress, pace(progress)), (process.stderr.columns || 80) - 1))
    },
    log(level, message, fields) {
      if (level === 'debug') return
      erase()
      const rest = Object.entries(fields).map(([key, value]) => `${key}=${textOf(value)}`)
      writeErr(`${[`${level}: ${plain(message)}`, ...rest.map(plain)].join('  ')}\n`)
      if (bar !== '') draw(bar)
    },
    end() {
      erase()
      bar = ''
    },
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Answers how long it will take from here; null while that cannot be said. By the whole way so far: no jumping about. */
export function paceFrom(nowMs: () => number): (progress: Progress) => number | null {
  let first: { done: number; at: number } | undefined
  return ({ done, total }) => {
    first ??= { done, at: nowMs() }
    const [way, tookMs] = [done - first.done, nowMs() - first.at]
    return total === null || way <= 0 || tookMs <= 0 ? null : Math.max(0, ((total - done) * tookMs) / way)
  }
}

const BAR_COLUMNS = 24

export function barLine({ done, total, text }: Progress, leftMs: number | null): string {
  if (total === null) return [done.toLocaleString('en'), plain(text)].filter(Boolean).join('  ')
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1
  const full = Math.floor(share * BAR_COLUMNS)
  const bar = '█'.repeat(full) + '·'.repeat(BAR_COLUMNS - full)
  const left = leftMs === null || share === 1 ? '' : `${duration(leftMs < 1000 ? 1000 : Math.round(leftMs))} left`
  return [bar, `${Math.floor(share * 100)} %`, left, plain(text)].filter(Boolean).join('  ')
}
