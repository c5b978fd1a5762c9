// Runs the check of a session's kind in a process of its own. The supervisor does it while the fleet is up; otherwise the
// command itself: nothing is started for it, and nothing has to be stopped.
import path from 'node:path'
import { bareEnvironment, type Config } from '../config/config.js'
import { messageOf, UserError } from '../core/errors.js'
import { readFindings } from '../core/findings.js'
import type { LogLevel } from '../core/one-shot.js'
import type { RunCheck } from '../fleet/parts.js'
import { runOneShot } from '../processes/one-shot.js'
import type { CheckOrder } from '../runtime/check.js'
import { redactedJson, redactorFor } from '../runtime/redact.js'
import { browserOf, sandboxOf } from './parts.js'

const WITHIN_MS = 60_000
const GRACE_MS = 2_000
/** The supervisor reads it: a hundred findings, each as long as it may be, are a quarter of this. */
const MAX_SAID_BYTES = 1024 * 1024
/** Each is a process, perhaps with a browser. */
const AT_ONCE = 4

export interface CheckerOptions {
  config: Config
  checkout: string
  /** What a check logs: for whoever runs the fleet, not for the customer. */
  onLog(level: LogLevel, message: string): void
}

export function openChecker({ config, checkout, onLog }: CheckerOptions): RunCheck {
  let running = 0
  return async (asked) => {
    if (running >= AT_ONCE)
      throw new UserError('TOO_MANY', `${AT_ONCE} checks are running already.`, 'try again when one of them has ended')
    running += 1
    try {
      return await checkOne(asked)
    } finally {
      running -= 1
    }
  }

  async function checkOne({
    module,
    session,
    config: its,
    secrets,
    limits,
    dataDir,
    maxMemoryBytes,
  }: Parameters<RunCheck>[0]) {
    const redact = redactorFor(Object.values(secrets))
    const browser = browserOf(config, checkout)
    const order = (tmp: string): CheckOrder => ({
      module: module.href,
      session,
      config: its,
      secrets,
      limits,
      dirs: {
        data: dataDir,
        tmp,
        browser: browser?.path ?? null,
        browserLibs: browser?.libs ?? null,
        browserSandbox: sandboxOf(config),
      },
    })
    try {
      const { result } = await runOneShot({
        what: 'The check',
        program: path.join(checkout, 'dist/src/check.js'),
        order: (tmp) => ({ ...order(tmp) }),
        env: bareEnvironment(config),
        cwd: config.home,
        tmpRoot: config.passedOn.TMPDIR ?? '/tmp',
        // A supervisor that leaves, or a command that is interrupted, closes the pipe: then it ends by itself.
        signal: new AbortController().signal,
        graceMs: GRACE_MS,
        withinMs: WITHIN_MS,
        maxMemoryBytes,
        maxSaidBytes: MAX_SAID_BYTES,
        niceness: 0,
        onLog: (level, message, fields) =>
          onLog(
            level,
            `check of ${session.ref}: ${redact(message)} ${redactedJson(fields, redact)}`.replace(/ \{\}$/, ''),
          ),
      })
      return readFindings(JSON.parse(redactedJson(result, redact)))
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown
      return readFindings([
        { level: 'error', what: 'check', text: redact(messageOf(thrown)), hint: redact(thrown.hint) },
      ])
    }
  }
}
