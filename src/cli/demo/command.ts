import { Command } from 'commander'
import type { Cli } from '../cli.js'
import { demo, demoDown } from './demo.js'

export function demoCommands(cli: Cli): Command[] {
  return [
    new Command('demo')
      .description('a fleet on a WhatsApp stand-in: two customers, four attendants, no account needed')
      .option('--down', 'end the demo and delete its home')
      .action(async ({ down = false }: { down?: boolean }) => (down ? demoDown(cli) : demo(cli))),
  ]
}
