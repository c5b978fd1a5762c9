import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Doors } from '../cli/doors.js'
import { UserError } from '../core/errors.js'
import { openMenu } from './context.js'
import type { FleetLink } from './fleet.js'
import { messages as m } from './messages.js'
import type { Frame } from './page.js'
import { Leave, openPrompts } from './prompts.js'
import { openTerminal } from './terminal.js'

function menuOf(t: TestContext) {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24 })
  const terminal = openTerminal(input as unknown as ReadStream, output as unknown as WriteStream)
  t.after(() => terminal.close())
  const frame: Frame = { notice: null, state: () => '' }
  const parts = {
    doors: { program: () => 'frota' } as Doors,
    fleet: {} as FleetLink,
    terminal,
    ask: openPrompts(terminal, frame),
  }
  return { menu: openMenu(parts, frame), frame, input, output }
}

const never = () => new Promise<never>(() => undefined)

test('what takes long can be left alone by Esc and the menu by Ctrl-C, also after the window had another size', async (t) => {
  const { menu, frame, input, output } = menuOf(t)
  for (const resizes of [0, 1]) {
    const waited = menu.attempt(['Here'], never)
    for (let i = 0; i < resizes; i++) output.emit('resize')
    input.write('\x1b')
    assert.equal(await waited, undefined)
    assert.deepEqual(frame.notice, { kind: 'done', text: m.goesOn })
  }
  const left = menu.attempt(['Here'], never)
  output.emit('resize')
  input.write('\x03')
  await assert.rejects(left, Leave)
})

test('a failure is told with what to do about it, unless that is a command for the shell', async (t) => {
  const { menu, frame } = menuOf(t)
  const failing = (hint: string) => menu.attempt([], () => Promise.reject(new UserError('NO', 'It failed.', hint)))
  assert.equal(await failing('try again'), undefined)
  assert.deepEqual(frame.notice, { kind: 'error', text: 'It failed. (try again)' })
  await failing('frota logs acme/a')
  assert.deepEqual(frame.notice, { kind: 'error', text: 'It failed.' })
  await menu.attempt([], async () => 1, 'It is done.')
  assert.deepEqual(frame.notice, { kind: 'done', text: 'It is done.' })
})
