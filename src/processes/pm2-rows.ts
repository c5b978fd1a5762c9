// What goes into PM2 and what comes out of it. Its published types are wrong in both directions, so here is our own
// small check: a row that does not have the shape we need is no row of ours.
import { join } from 'node:path'
import type { RunId } from '../core/ids.js'
import type { Unit } from './driver.js'

export interface Row {
  /** Valid only until PM2's list changes: PM2 gives the numbers out again. */
  pmId: number
  name: string
  run: RunId | null
  pid: number | null
  status: string
  /** PM2 says 0 also for a process that a signal ended. */
  exitCode: number | null
}

/** What PM2 is given of a unit, or of the supervisor, which is none. */
export interface App extends Omit<Unit, 'run' | 'stopWithinMs'> {
  killTimeoutMs: number
  /** Only the supervisor: PM2 starts it again, for ever. */
  restartDelayMs: number | null
}

export const NAMESPACE = 'frota'

/**
 * The record that PM2's daemon keeps and spawns from. It holds no more than this: PM2's API would add the caller's
 * environment.
 */
export function appRecord(pm2Home: string, app: App): Record<string, unknown> {
  const restarts = app.restartDelayMs !== null
  const record = {
    name: app.name,
    namespace: NAMESPACE,
    pm_exec_path: app.command,
    exec_interpreter: 'none', // no wrapper of PM2's around it
    exec_mode: 'fork_mode',
    args: app.args,
    pm_cwd: app.cwd,
    env: { ...app.env },
    autostart: true,
    autorestart: restarts,
    ...(restarts ? { restart_delay: app.restartDelayMs, max_restarts: 1_000_000_000, min_uptime: 1000 } : {}),
    kill_timeout: app.killTimeoutMs,
    shutdown_with_message: !restarts,
    treekill: false, // Chromium must not die before the session has closed it
    pmx: false,
    vizion: false,
    automation: false,
    watch: false,
    km_link: false,
    merge_logs: true,
    pm_out_log_path: '/dev/null',
    pm_err_log_path: app.errorFile,
    pm_pid_path: join(pm2Home, 'pids', `${app.name}.pid`),
  }
  throwIfEnvIsOption(app.env, record)
  return record
}

/** PM2 lays the environment over its own record: a variable named like one of its fields would change that field. */
function throwIfEnvIsOption(env: Record<string, string>, record: object): void {
  for (const key of Object.keys(env)) {
    if (key in record || PM2_FIELDS.has(key)) throw new Error(`An environment variable may not be named "${key}".`)
  }
}

const PM2_FIELDS = new Set(
  `instances instance_var increment_var pm_id status uid gid username unique_id version versioning created_at pm_uptime
  restart_time unstable_restarts restart_delay exp_backoff_restart_delay prev_restart_delay max_restarts min_uptime
  max_memory_restart cron_restart stop_exit_codes wait_ready listen_timeout kill_retry_time log_type log_date_format
  disable_logs pm_log_path node_args interpreter_args windowsHide exit_code vizion_running axm_actions axm_monitor
  axm_options axm_dynamic filter_env current_conf`.split(/\s+/),
)

/** In these PM2 may still show the pid of the process that ended. Any other it sets to 0 at the end. */
const ENDED = new Set(['stopped', 'waiting restart'])

export function parseRows(answer: unknown): Row[] {
  if (!Array.isArray(answer)) throw new Error('PM2 answered no list.')
  return answer.flatMap((one: unknown) => parseRow(one) ?? [])
}

/** Null when it is not a row at all. */
export function parseRow(one: unknown): Row | null {
  const row = fields(one)
  const record = fields(row?.pm2_env)
  if (!row || !record) return null
  const { pm_id: pmId, name, status, exit_code: exitCode } = record
  if (typeof pmId !== 'number' || typeof name !== 'string' || typeof status !== 'string') return null
  // A list has the pid in the row, the answer to a start has it one level down.
  const pid = row.pid ?? fields(row.process)?.pid
  const alive = typeof pid === 'number' && pid > 0 && !ENDED.has(status)
  const run = fields(record.env)?.FROTA_RUN
  return {
    pmId,
    name,
    run: typeof run === 'string' && run !== '' ? (run as RunId) : null,
    pid: alive ? pid : null,
    status,
    exitCode: !alive && typeof exitCode === 'number' ? exitCode : null,
  }
}

function fields(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
}
