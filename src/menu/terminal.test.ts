import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { ReadStream, WriteStream } from 'node:tty'
import { openTerminal } from './terminal.js'

function terminalOf(t: TestContext) {
  const input = new PassThrough()
  const output = new PassThrough()
  const terminal = openTerminal(input as unknown as ReadStream, output as unknown as WriteStream)
  t.after(() => terminal.close())
  const written = () => String(output.read() ?? '')
  return { input, output, terminal, written }
}

test('Esc alone leads back', async (t) => {
  const { input, terminal } = terminalOf(t)
  const keys = terminal.listen()
  input.write('\x1b')
  await once(keys.signal, 'abort')
  assert.equal(keys.signal.reason, 'back')
})

test('Ctrl-C leaves, also when it was typed while nothing was asked, and Ctrl-Z does nothing', async (t) => {
  const { input, terminal } = terminalOf(t)
  input.write('\x1a')
  input.write('\x03')
  await new Promise((resolve) => setImmediate(resolve))
  const keys = terminal.listen()
  assert.equal(keys.signal.reason, 'leave')
})

test('only the newest listener hears, and keys for nobody are not kept for the next', async (t) => {
  const { input, terminal } = terminalOf(t)
  input.write('lost')
  await new Promise((resolve) => setImmediate(resolve))
  const first = terminal.listen()
  const second = terminal.listen()
  input.write('x')
  assert.equal(String((await once(second.input, 'data'))[0]), 'x')
  second.release()
  input.write('y')
  assert.equal(String((await once(first.input, 'data'))[0]), 'y')
})

test('the screen is put back once, however often it is closed', async (t) => {
  const { terminal, written } = terminalOf(t)
  assert.match(written(), /\?1049h/)
  terminal.close()
  terminal.close()
  const end = written()
  assert.equal(end.split('?1049l').length, 2)
  assert.ok(end.includes('?25h'))
  assert.equal(process.listeners('exit').length, 0)
})

test('a terminal that hangs up is left', async (t) => {
  const { input, terminal } = terminalOf(t)
  const keys = terminal.listen()
  input.end()
  await once(keys.signal, 'abort')
  assert.equal(keys.signal.reason, 'leave')
})
