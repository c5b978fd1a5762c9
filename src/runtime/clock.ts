/** Milliseconds since the process started, never set back. Not `performance`: that loads nine modules in every session. */
export const monotonicMs = (): number => process.uptime() * 1000

/**
 * For leases. A host that was suspended finds its monotonic clocks as it left them, but its leases run out: others' time
 * went on. This one counts suspension (CLOCK_BOOTTIME, from /proc/uptime).
 */
export const hostUptimeMs = (): number => process.getBuiltinModule('node:os').uptime() * 1000
