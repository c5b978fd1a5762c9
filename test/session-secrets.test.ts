// A session that tells its secrets through every door it has, in every form: nothing outside may hold a piece of one.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { askAt } from './at-address.js'
import { type BuiltSession, buildSession } from './built-session.js'
import { makePlace } from './fake-supervisor.js'
import { finder, formsPrinted, secretsOfAllShapes } from './secret-shapes.js'

const COMMANDS = ['tell', 'fail', 'refuse', 'crash']
let built: BuiltSession
before(async () => {
  built = await buildSession()
})
after(() => built.remove())

test('no piece of a secret of any shape leaves a session: not by log, reason, event, detail, answer or crash', async (t) => {
  const secrets = secretsOfAllShapes('doors')
  const look = finder(secrets)
  const kind = {
    runModule: built.kind('scripted'),
    config: { act: 'tells' },
    commands: COMMANDS,
    hooks: { fail: { maxBytes: 100_000 } },
  }
  const place = await makePlace(t, { ...kind, secrets })
  const supervisor = await place.supervisor()
  const session = place.run(built.program)
  await supervisor.beatWhere((beat) => beat.state === 'ready')
  const answers: string[] = []
  const ask = async (command: string, text: string) => {
    const asked = { token: place.welcome.commandToken, body: JSON.stringify({ text }) }
    answers.push((await askAt(place.address, `/commands/${command}`, asked)).body.toString())
  }
  const forms = Object.values(formsPrinted)
  for (const [i, secret] of Object.values(secrets).entries()) {
    // Every form of each would be more than a log takes in a second; together they meet every form several times.
    for (const print of [forms[0], forms[i % forms.length], forms[(i * 5 + 3) % forms.length]]) {
      await ask('tell', print?.(secret) ?? '')
    }
    await ask('fail', secret)
    await askAt(place.address, '/hooks/fail', { token: place.welcome.hookToken, body: secret })
    await ask('refuse', secret)
  }
  await supervisor.beatWhere((beat) => beat.counters.eventsPending === 0 && supervisor.events.length >= 90)
  await ask('crash', Object.values(secrets).join(' and '))
  assert.equal(await session.exited, 1)

  const doors: Record<string, string> = {
    stderr: session.stderr(),
    beats: JSON.stringify(supervisor.beats),
    events: JSON.stringify(supervisor.events),
    answers: answers.join('\n'),
    exit: JSON.stringify(place.lastExit()),
  }
  for (const dir of [place.welcome.dirs.data, join(place.dir, 'logs')]) {
    for (const name of readdirSync(dir)) doors[name] = readFileSync(join(dir, name), 'utf8')
  }
  assert.match(doors['acme.vendas.jsonl'] ?? '', /hook fail failed/)
  for (const door of ['stderr', 'beats', 'events', 'answers', 'exit', 'acme.vendas.jsonl', 'journal.db']) {
    assert.match(doors[door] ?? '', /\[secret\]/, `nothing came through ${door}: this test proves nothing of it`)
  }
  for (const [door, text] of Object.entries(doors)) assert.deepEqual(look(text), [], door)
})
