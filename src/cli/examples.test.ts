import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { openCli } from './cli.js'
import type { Doors } from './doors.js'
import { buildProgram } from './program.js'

const doors = { program: () => 'frota', version: '0', checkout: '/frota' } as unknown as Doors
const flags = { json: false, interactive: false, yes: false }
const aProgram = () => buildProgram(openCli({ doors, ...flags, interrupts: { release: () => undefined } }), [])

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : ''

const withAll = (command: Command): Command[] => [command, ...command.commands.flatMap(withAll)]

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (more) => {
      text += more
    },
  })
  command.outputHelp()
  return text
}

/** As a shell would: quotes taken off, comments and redirections left out. */
function wordsOf(line: string): string[] {
  const command = line.replace(/\s+#.*$/, '').replace(/\s+(<|>>?|\|)\s.*$/, '')
  return [...command.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''))
}

/** The command that the words call; rejects when they would be refused. */
async function calledBy(words: string[]): Promise<string> {
  const program = await aProgram()
  let called = 'none'
  for (const command of withAll(program)) {
    command.action(() => {
      called = pathOf(command)
    })
  }
  await program.parseAsync(words, { from: 'user' })
  return called
}

test('every command’s help ends in examples, and each of them calls this very command', async () => {
  const commands = withAll(await aProgram()).filter((command) => !command.name().startsWith('__'))
  assert.ok(commands.length > 50)
  for (const command of commands) {
    const path = pathOf(command)
    const [, block = ''] = helpOf(command).split(/^Examples:$/m)
    const lines = block.split('\n').flatMap((line) => line.trim() || [])
    assert.notDeepEqual(lines, [], `no example for: ${path}`)
    for (const line of lines) {
      const [first, ...words] = wordsOf(line.replace(/^sudo /, ''))
      assert.equal(first, 'frota', line)
      const called = await calledBy(words)
      assert.ok(called === path || (command.commands.length > 0 && called.startsWith(path)), `${path}: ${line}`)
    }
  }
})
