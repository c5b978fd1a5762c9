import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOW, RUN, sessionId } from '../../test/a-unit.js'
import type { RunId } from '../core/ids.js'
import { openTickets } from './tickets.js'

const pass = { session: sessionId('a'), run: RUN }
const tickets = openTickets(new Uint8Array(32).fill(1))
const others = openTickets(new Uint8Array(32).fill(2))

test('a ticket is good for a minute, for its session and run', () => {
  const ticket = tickets.ticket(pass, NOW)
  assert.deepEqual(tickets.readTicket(ticket, NOW + 60_000), pass)
  assert.equal(tickets.readTicket(ticket, NOW + 60_001), undefined)
})

test('a token outlives the supervisor that gave it, and needs no memory', () => {
  const successor = openTickets(new Uint8Array(32).fill(1))
  assert.deepEqual(successor.readToken(tickets.token(pass)), pass)
})

test('a token that was found genuine is not looked into again, until a thousand others were', () => {
  const mine = openTickets(new Uint8Array(32).fill(1))
  const token = (session: string) => mine.token({ ...pass, session: sessionId(session) })
  const first = mine.readToken(token('first'))
  for (let i = 1; i < 1_000; i++) mine.readToken(token(`s${i}`))
  for (let i = 0; i < 1_000; i++) mine.readToken(`forged.${i}.x`)
  assert.equal(mine.readToken(token('first')), first)
  mine.readToken(token('one more'))
  const again = mine.readToken(token('first'))
  assert.notEqual(again, first)
  assert.deepEqual(again, first)
})

test('what was altered, made elsewhere or meant for something else opens nothing', () => {
  const ticket = tickets.ticket(pass, NOW)
  const token = tickets.token(pass)
  const another = token.replace(pass.run, 'run-2')
  assert.deepEqual(tickets.readToken(token), pass, 'known from now on')
  for (const text of [token.slice(0, -1), `${token}x`, another, others.token(pass), ticket, '', '.', '..', 'a.b.c']) {
    assert.equal(tickets.readToken(text), undefined, text)
  }
  for (const text of [token, others.ticket(pass, NOW), ticket.replace(String(NOW + 60_000), String(NOW * 2))]) {
    assert.equal(tickets.readTicket(text, NOW), undefined, text)
  }
})

test('the words for commands and for hooks are others for every run, differ, and are no tokens', () => {
  const words = [RUN, 'run-2' as RunId].flatMap((run) => [tickets.commandToken(run), tickets.hookToken(run)])
  assert.equal(new Set(words).size, 4)
  for (const word of words) assert.equal(tickets.readToken(word), undefined)
})
