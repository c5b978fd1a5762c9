import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { calledBy, pathOf, programFor, withAll, wordsOf } from '../../test/called-by.js'

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

test('every command’s help ends in examples, and each of them calls this very command', async () => {
  const commands = withAll(await programFor()).filter((command) => !command.name().startsWith('__'))
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
