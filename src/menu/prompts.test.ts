import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { ReadStream, WriteStream } from 'node:tty'
import { stripVTControlCharacters } from 'node:util'
import type { Frame } from './page.js'
import { BACK, Leave, openPrompts } from './prompts.js'
import { openTerminal } from './terminal.js'

const page = { crumbs: ['Here'] }

function promptsOn(t: TestContext) {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24 })
  output.end = () => output // as a terminal, which goes on after each question
  const terminal = openTerminal(input as unknown as ReadStream, output as unknown as WriteStream)
  t.after(() => terminal.close())
  const frame: Frame = { notice: null, state: () => '' }
  let written = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    written += text
  })
  return {
    ask: openPrompts(terminal, frame),
    types: (...keys: string[]) => void input.write(keys.join('')),
    resizes(columns: number) {
      written = ''
      output.columns = columns
      output.emit('resize')
    },
    /** Answers what was written since the last change of size. */
    async sees(what: string): Promise<string> {
      while (!stripVTControlCharacters(written).includes(what)) await once(output, 'data')
      return stripVTControlCharacters(written)
    },
  }
}

const CLEAR = '\x15'
const ENTER = '\r'

test('what stands in the line is accepted, changed, or emptied: an emptied line is empty', async (t) => {
  const { ask, types } = promptsOn(t)
  for (const [keys, answer] of [
    [ENTER, 'before'],
    [`x${ENTER}`, 'beforex'],
    [CLEAR + ENTER, ''],
    [`${CLEAR}after${ENTER}`, 'after'],
  ] as const) {
    const asked = ask.text(page, { message: 'Name', value: 'before' })
    types(keys)
    assert.equal(await asked, answer)
  }
  const number = ask.number(page, { message: 'Count', value: '7' })
  types(CLEAR, ENTER)
  assert.equal(await number, null)
})

test('a suggested name is taken by Enter and replaced by the first key, also in a window of another size', async (t) => {
  const { ask, types, sees, resizes } = promptsOn(t)
  for (const [keys, answer] of [
    [ENTER, 'acme'],
    [`Ltda${ENTER}`, 'Ltda'],
    [`x${CLEAR}${ENTER}`, 'acme'],
  ] as const) {
    const asked = ask.text(page, { message: 'Full name', suggestion: 'acme' })
    await sees('Full name: acme')
    resizes(60)
    await sees('Full name: acme')
    types(keys)
    assert.equal(await asked, answer)
  }
})

test('a value with a line break or an escape in it answers nothing by itself', async (t) => {
  const { ask, types } = promptsOn(t)
  const asked = ask.text(page, { message: 'Text', value: 'a\nb\x1b[A' })
  types('c', ENTER)
  assert.equal(await asked, 'a b\ufffd[Ac')
})

test('what was typed is still there when the window has another size, hidden or not', async (t) => {
  const { ask, types, sees, resizes } = promptsOn(t)
  for (const [way, shown] of [
    ['text', 'abc'],
    ['hidden', '•••'],
  ] as const) {
    const asked = ask[way](page, { message: 'Value' })
    types('abc')
    await sees(shown)
    resizes(60)
    const screen = await sees(shown)
    assert.equal(screen.includes('abc'), way === 'text')
    types('d', ENTER)
    assert.equal(await asked, 'abcd')
  }
})

test('what is wrong with an answer stands in lines of the window, and the answer can be changed', async (t) => {
  const { ask, types, sees } = promptsOn(t)
  const wrong = `${'wrong '.repeat(20)}at last`
  const asked = ask.text(page, { message: 'Name', check: (text) => (text === 'right' ? null : wrong) })
  types('x', ENTER)
  const screen = await sees('at last')
  assert.match(screen, /✗ wrong .*\r?\n {2}wrong/)
  types(CLEAR, 'right', ENTER)
  assert.equal(await asked, 'right')
})

test('Esc leads back and Ctrl-C out of every question; yes must be chosen', async (t) => {
  const { ask, types } = promptsOn(t)
  const questions = [
    () => ask.text(page, { message: 'Name' }),
    () => ask.hidden(page, { message: 'Key' }),
    () => ask.number(page, { message: 'Count' }),
    () => ask.confirm(page, 'Sure?'),
    () => ask.choice(page, { message: 'Which', choices: ['a', 'b'] }),
  ]
  for (const question of questions) {
    const asked = question()
    types('\x1b')
    assert.equal(await asked, BACK)
  }
  for (const [keys, answer] of [
    [ENTER, false],
    [`\x1b[B${ENTER}`, true],
  ] as const) {
    const asked = ask.confirm(page, 'Sure?')
    types(keys)
    assert.equal(await asked, answer)
  }
  const left = ask.text(page, { message: 'Name' })
  types('\x03')
  await assert.rejects(left, Leave)
  for (const question of questions) await assert.rejects(question(), Leave)
})

test('a page that finds its thing gone leads back; trouble that is over is not told any more', async (t) => {
  const { ask, sees } = promptsOn(t)
  const answers = [new Error('no answer'), undefined, 'gone' as const]
  const refresh = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  const asked = ask.select({ ...page, refresh }, { choices: [{ value: 'a', name: 'One' }] })
  await sees('✗ no answer')
  assert.equal(await asked, BACK)
})
