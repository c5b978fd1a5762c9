// What code of ours, of a kind or of a host service writes its log with.
import type { JsonObject } from './json.js'

export interface Log {
  debug(message: string, fields?: JsonObject): void
  info(message: string, fields?: JsonObject): void
  warn(message: string, fields?: JsonObject): void
  error(message: string, fields?: JsonObject): void
}
