// Which command a line of a document calls, by the program's own parser. Nothing is done.
import type { Command } from 'commander'
import { openCli } from '../src/cli/cli.js'
import type { Doors } from '../src/cli/doors.js'
import { buildProgram } from '../src/cli/program.js'
import { builtInKinds } from '../src/kinds/index.js'
import { loadKinds } from '../src/kinds/load.js'

const doors = {
  program: () => 'frota',
  version: '0',
  checkout: '/frota',
  admin: async () => ({ openKinds: () => loadKinds(builtInKinds, [], '/frota') }),
} as unknown as Doors
const flags = { json: false, interactive: false, yes: false }

/** @param words what `frota` is called with, for the jobs of a kind; none: every command and no job */
export const programFor = (words: string[] = []) =>
  buildProgram(openCli({ doors, ...flags, interrupts: { release: () => undefined } }), words)

/** Without the program's own name. */
export const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : ''

export const withAll = (command: Command): Command[] => [command, ...command.commands.flatMap(withAll)]

/** The path of the command that the words call; rejects when they would be refused. */
export async function calledBy(words: string[]): Promise<string> {
  const program = await programFor(words)
  let called = 'none'
  for (const command of withAll(program)) {
    command.action(() => {
      called = pathOf(command)
    })
  }
  await program.parseAsync(words, { from: 'user' })
  return called
}

/** As a shell would: quotes taken off, comments and redirections left out. */
export function wordsOf(line: string): string[] {
  const command = line.replace(/\s+#.*$/, '').replace(/\s+(<|>>?|\|)\s.*$/, '')
  return [...command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ''))
}
