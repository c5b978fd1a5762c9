import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
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
    resizes(columns: number, rows = 24) {
      written = ''
      Object.assign(output, { columns, rows })
      output.emit('resize')
    },
    /** Answers what was written since the last change of size. */
    async sees(what: string): Promise<string> {
      while (!stripVTControlCharacters(written).includes(what)) await once(output, 'data')
      return stripVTControlCharacters(written)
    },
  }
}

async function until(isSo: () => boolean) {
  while (!isSo()) await nextTurn()
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

test('the chosen one of two that look the same stays chosen when the window has another size', async (t) => {
  const { ask, types, sees, resizes } = promptsOn(t)
  const name = 'A bot with the same long name as another one'
  const choices = ['a', 'b', 'c'].map((value) => ({ value, name: `${name}: ${value}`, help: `This is ${value}.` }))
  const asked = ask.select(page, { choices })
  types('\x1b[B')
  await sees('This is b.')
  for (const columns of [30, 31]) {
    resizes(columns)
    await sees('This is b.')
  }
  types(ENTER)
  assert.equal(await asked, 'b')
})

test('the chosen one stays chosen when others come and go, and the first is when it went itself', async (t) => {
  const { ask, types, sees } = promptsOn(t)
  let values = ['a', 'b', 'c']
  const choices = () => values.map((value) => ({ value, name: `Bot ${value}`, help: `This is ${value}.` }))
  const asked = ask.select({ ...page, refresh: async () => undefined }, { choices })
  await sees('This is a.')
  values = ['0', 'a', 'b', 'c']
  await sees('  Bot 0\n❯ Bot a')
  types('\x1b[B\x1b[B')
  await sees('This is c.')
  values = ['0', 'b', 'c', 'd']
  await sees('❯ Bot c\n  Bot d')
  values = ['0', 'b']
  await sees('This is 0.')
  types(ENTER)
  assert.equal(await asked, '0')
})

test('letters lead to the choice that begins with them, arrows stop at the ends, and a pasted line chooses nothing', async (t) => {
  const { ask, types, sees } = promptsOn(t)
  const names = ['Add', 'Change plan', 'Change status']
  const choices = names.map((name) => ({ value: name, name, help: `This is ${name}.` }))
  const asked = ask.select(page, { choices: [...choices.slice(0, 1), 'line', ...choices.slice(1)] })
  types('change s')
  await sees('This is Change status.')
  types('\x1b[B', '\x1b[A'.repeat(5))
  await sees('This is Add.')
  types('\x1b[200~change p\n\x1b[201~')
  await sees('This is Change plan.')
  types(ENTER)
  assert.equal(await asked, 'Change plan')
})

test('choices keep a line each in the smallest window, and their help gives way first', async (t) => {
  const { ask, types, sees, resizes } = promptsOn(t)
  const choices = ['a', 'b', 'c', 'd', 'e', 'f'].map((value) => ({
    value,
    name: `株式会社 ${value} ${'and more '.repeat(9)}`,
    help: `This is ${value}.`,
  }))
  const asked = ask.select(page, { choices })
  await sees('This is a.')
  resizes(24, 9)
  const screen = await sees(' d ')
  assert.doesNotMatch(screen, /This is/)
  assert.deepEqual(
    [...screen.matchAll(/株式会社 (.) and more…/g)].map(([, value]) => value),
    ['a', 'b', 'c', 'd'],
  )
  types('\x1b[B'.repeat(9), ENTER)
  assert.equal(await asked, 'f')
})

test('while an answer is looked at no key changes it; what is wrong with it is told in this question alone', async (t) => {
  const { ask, types, sees, resizes } = promptsOn(t)
  const looks: ((problem: string | null) => void)[] = []
  const check = () => new Promise<string | null>((resolve) => looks.push(resolve))
  const asked = ask.text(page, { message: 'Name', suggestion: 'acme', check })
  await sees('Name: acme')
  types('\t', '-2')
  await sees('Name: acme-2')
  types(ENTER)
  await until(() => looks.length === 1)
  types('xyz')
  looks[0]?.('taken')
  await sees('✗ taken')
  types('3', ENTER)
  await until(() => looks.length === 2)
  resizes(60)
  await sees('Name: acme-23')
  looks[1]?.('too late')
  types('4', ENTER)
  await until(() => looks.length === 3)
  looks[2]?.(null)
  assert.equal(await asked, 'acme-234')
  assert.doesNotMatch(await sees(''), /too late/)
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
