// What a search and its workers say to each other.
import type { FillModel, RiskSettings } from '../../core/settings.js'
import type { Instrument } from '../../core/types.js'
import type { SharedBlock } from './shared-candles.js'
import type { Trial, TrialOutcome } from './trial.js'

/** Given to a worker at its beginning. The candles are not copied. */
export interface WorkerSetup {
  blocks: SharedBlock[]
  timeframe: string
  instrument: Instrument
  /** Its name: functions do not travel. */
  strategy: string
  /** Files of strategies from outside. */
  strategyFiles: string[]
  parameters: Record<string, unknown>
  risk: Partial<RiskSettings>
  fill: Partial<FillModel>
  warmUp: number
}

export type ToWorker = { number: number; trial: Trial }
export type FromWorker = { number: number; outcome: TrialOutcome } | { number: number; failed: string }
