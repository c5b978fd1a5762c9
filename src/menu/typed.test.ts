import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openTyped } from './typed.js'

function typing(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const heard: string[] = []
  const typed = openTyped({
    text: (text) => heard.push(text),
    esc: () => heard.push('<esc>'),
    ctrlC: () => heard.push('<ctrl-c>'),
  })
  const comes = (...pieces: string[]) => {
    for (const piece of pieces) typed.take(Buffer.from(piece))
    return heard.splice(0).join('')
  }
  const nothingMoreComes = () => {
    t.mock.timers.tick(1_000)
    return heard.splice(0).join('')
  }
  return { typed, heard, comes, nothingMoreComes }
}

test('Esc alone is heard, whatever comes after it; a key that comes in pieces is no Esc', (t) => {
  const { comes, nothingMoreComes } = typing(t)
  assert.equal(comes('\x1b'), '')
  assert.equal(nothingMoreComes(), '<esc>')
  assert.equal(comes('\x1b', 'x'), '<esc>x')
  for (const pieces of [
    ['\x1b', '[A'],
    ['\x1b[', 'A'],
    ['\x1b[1;', '5A'],
    ['\x1b', 'OA'],
  ]) {
    assert.equal(comes(...pieces), pieces.join(''))
    assert.equal(nothingMoreComes(), '')
  }
})

test('a letter of several bytes that comes in pieces stays one letter', (t) => {
  const { typed, heard } = typing(t)
  for (const byte of Buffer.from('á😀')) typed.take(Buffer.from([byte]))
  assert.equal(heard.join(''), 'á😀')
})

test('a pasted text presses no key: its lines become one, its control characters are left out', (t) => {
  const { comes } = typing(t)
  const paste = (text: string) => `\x1b[200~${text}\x1b[201~`
  assert.equal(comes(paste('key-123\n')), 'key-123')
  assert.equal(comes(paste('\r\nstop\r\nyes\r\n')), 'stop yes')
  assert.equal(comes(paste('a\x1b[Bb\x1b\x07\tc  d')), 'a[Bb c  d')
  assert.equal(comes('x', paste('one'), 'y', '\r'), 'xoney\r')
})

test('a paste that comes in pieces, cut anywhere, is the same paste', (t) => {
  const { comes, nothingMoreComes } = typing(t)
  const whole = 'a\x1b[200~one\ntwo\n\x1b[201~b\r'
  for (let at = 1; at < whole.length; at++) {
    assert.equal(comes(whole.slice(0, at), whole.slice(at)) + nothingMoreComes(), 'aone twob\r', `cut at ${at}`)
  }
})

test('Ctrl-C is heard in the middle of anything, Ctrl-Z does nothing', (t) => {
  const { comes } = typing(t)
  assert.equal(comes('ab\x03c'), '<ctrl-c>')
  assert.equal(comes('\x1b[200~never ended', '\x03', 'x'), '<ctrl-c>x')
  assert.equal(comes('a\x1ab'), 'ab')
})
