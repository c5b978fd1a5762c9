/** Milliseconds since the process started, never set back. Not `performance`: that loads nine modules in every session. */
export const monotonicMs = (): number => process.uptime() * 1000
