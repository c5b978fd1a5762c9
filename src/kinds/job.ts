// Long work of a kind that belongs to no session: a backtest, a download. Types only: a job's process loads them.
import type { z } from 'zod'
import type { Json, JsonObject } from '../core/json.js'
import type { Log } from '../core/log.js'

export interface JobSpec {
  /** What it is given. Every field is a flag: `takeProfit` is `--take-profit`, its `.describe()` the help. */
  input: z.ZodObject
  help: string
  /** Fields that may stand without their flag, in this order; the last one may be a list. */
  args?: string[]
  /** The most memory of all its processes together, `2GB`; 1GB unless said. It is ended over it. */
  maxMemory?: string
  /** Module exporting `run(job)`, and `show(result, screen)` if it is worth drawing. */
  run: URL
}

export interface JobModule<Input = JsonObject, Result extends Json = Json> {
  /** Answers JSON: what `--json` prints. Throw `BadInput` for what is wrong with what it was given. */
  run(job: JobContext<Input>): Promise<Result>
  /** The result for people. */
  show?(result: Result, screen: JobScreen): string
  /** The answer is bad news: the command exits with 1 after printing it, so that scripts notice. */
  isFailure?(result: Result): boolean
}

export interface JobContext<Input = JsonObject> {
  /** Checked, defaults filled in, frozen. */
  readonly input: Readonly<Input>
  /** Aborted by Ctrl-C: stop soon, leave nothing half written. What is returned then is still printed. */
  readonly signal: AbortSignal
  /**
   * How far it is, of how much. Call it as often as you like, and await it: in a long computation that is when an abort
   * is heard.
   */
  progress(done: number, total?: number | null, text?: string): Promise<void>
  readonly dirs: JobDirs
  readonly modules: JobModules
  readonly log: Log
}

export interface JobDirs {
  /** Where the command was typed; the process stands in it. */
  readonly cwd: string
  /** Its own, and gone when it ends. */
  readonly tmp: string
  /** The kind's, in the home: stays there, for caches. Another job of the kind may run at the same time. */
  readonly data: string
}

/** The operator's own code that a job may load. */
export interface JobModules {
  /** Absolute paths, of FROTA_STRATEGIES. */
  readonly strategies: readonly string[]
}

export interface JobScreen {
  readonly width: number
  readonly colour: boolean
}
