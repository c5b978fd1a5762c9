// `frota health --help` and the like; `frota health` alone is answered before any of this is loaded (src/main/health.ts).
import { Command } from 'commander'
import type { Cli } from './cli.js'
import { tellHealth } from './health.js'

export function healthCommands(cli: Cli): Command[] {
  return [
    new Command('health')
      .description('whether the supervisor’s loop turns: exit 0 or 1, quickly; for a container’s health check')
      .action(async () => cli.exitWith(await tellHealth(cli.doors.home, cli.json))),
  ]
}
