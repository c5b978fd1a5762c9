// The one place that touches process.env. Everything else is handed values.
import { SECRET_NAMES } from './names.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** A copy: later changes of process.env (libraries make some) are not seen. */
export function readEnvironment(): Environment {
  return { ...process.env }
}

/** After loading, so that no library, child or crash report of this process finds the keys in process.env. */
export function scrubEnvironment(): void {
  for (const name of SECRET_NAMES) delete process.env[name]
}

/** For libraries that are switched by variables only (PM2): set before they are imported. */
export function setEnvironment(values: Readonly<Record<string, string>>): void {
  Object.assign(process.env, values)
}
