// 100 idle sessions, against PM2 alone in the same run.
import type { Row } from '../row.js'
import type { Figures } from './fleet.js'
import type { Peers } from './peers.js'

export function hundredSessions(figures: Figures, peers: Peers): Row[] {
  const leanS = peers.leanMs / 1000
  const defaultsS = peers.defaultsMs / 1000
  return [
    {
      what: '100 idle sessions, down → all ready, against PM2 alone',
      value: figures.startS / leanS,
      unit: '×',
      budget: 2,
      reference: { what: 'PM2 alone, same options, empty script (s)', value: leanS },
    },
    {
      what: '… in seconds',
      value: figures.startS,
      unit: 's',
      budget: null,
      reference: { what: 'PM2 defaults, wait_ready (s)', value: defaultsS },
    },
    { what: '… CPU of supervisor, PM2 and sessions', value: figures.startCpuS, unit: 's', budget: null },
    {
      what: '`frota ls` cold, 100 sessions, against `pm2 jlist` cold',
      value: figures.lsMs / peers.jlistMs,
      unit: '×',
      budget: 1,
      reference: { what: 'pm2 jlist cold (ms)', value: peers.jlistMs },
    },
    { what: '… in milliseconds', value: figures.lsMs, unit: 'ms', budget: 150 },
    { what: '… through the system’s own Node', value: figures.lsOldNodeMs, unit: 'ms', budget: null },
    {
      what: 'idle session, RSS at 100',
      value: figures.sessionRssMb,
      unit: 'MB',
      budget: 56,
      reference: { what: 'an empty script under PM2', value: peers.emptyRssMb },
    },
    {
      what: 'idle session, PSS at 100',
      value: figures.sessionPssMb,
      unit: 'MB',
      budget: 14,
      reference: { what: 'an empty script under PM2', value: peers.emptyPssMb },
    },
    { what: 'supervisor with 100 sessions, RSS', value: figures.supervisorMb, unit: 'MB', budget: 120 },
    { what: 'supervisor with 100 sessions, CPU of a core', value: figures.supervisorCpuPercent, unit: '%', budget: 2 },
    { what: '100 sessions: stop all', value: figures.stopS, unit: 's', budget: 3 },
  ]
}
