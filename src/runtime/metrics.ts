// GET /metrics in Prometheus' text form, by hand: a client library costs more memory than the session's own work.

import type { Beat } from '../core/protocol.js'
import { ALIVE } from '../core/states.js'
import { monotonicMs } from './clock.js'

export interface MetricsSource {
  session: string
  kind: string
  state: Beat['state']
  counters: Beat['counters']
}

export async function metricsText({ session, kind, state, counters }: MetricsSource): Promise<string> {
  const lagSeconds = await loopLagSeconds()
  const { user, system } = process.cpuUsage()
  const labels = `session="${session}",kind="${kind}"`
  const lines: string[] = []
  const metric = (name: string, type: 'gauge' | 'counter', help: string, value: number) =>
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name}{${labels}} ${value}`)

  metric('frota_session_up', 'gauge', 'Whether the session is ready.', state === 'ready' ? 1 : 0)
  lines.push('# HELP frota_session_state The state the session is in.', '# TYPE frota_session_state gauge')
  for (const name of ALIVE) lines.push(`frota_session_state{${labels},state="${name}"} ${name === state ? 1 : 0}`)
  metric('process_resident_memory_bytes', 'gauge', 'Memory of this process alone.', process.memoryUsage.rss())
  metric('process_cpu_seconds_total', 'counter', 'CPU time of this process alone.', (user + system) / 1e6)
  metric('process_uptime_seconds', 'gauge', 'Since the start of this run.', process.uptime())
  metric(
    'frota_session_event_loop_lag_seconds',
    'gauge',
    'How long a turn of the event loop took just now.',
    lagSeconds,
  )
  metric('frota_session_events_pending', 'gauge', 'Events not yet in the store.', counters.eventsPending)
  metric('frota_session_intents_open', 'gauge', 'Outward acts not yet confirmed.', counters.intentsOpen)
  metric('frota_session_records_bytes', 'gauge', 'Kept as records; the plan limits them.', counters.recordsBytes)
  metric('frota_session_log_lines_dropped_total', 'counter', 'Log lines over the limit.', counters.logLinesDropped)
  return `${lines.join('\n')}\n`
}

function loopLagSeconds(): Promise<number> {
  const from = monotonicMs()
  return new Promise((resolve) => setImmediate(() => resolve((monotonicMs() - from) / 1000)))
}
