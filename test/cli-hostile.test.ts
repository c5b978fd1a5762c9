// Every command, over a home where every text from outside tries to take the operator's terminal over: a kind's words, a
// session's log, events and answers, and rows of the store that somebody edited by hand.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import type { Cli } from '../src/cli/cli.js'
import { loadCommands } from '../src/cli/nouns.js'
import { plainLines } from '../src/core/plain-text.js'
import { type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'
import { KEY, menuAt, skip } from './menu-at.js'

const KIND = join(ROOT, 'test/kinds/hostile/kind.js')
const { HOSTILE } = (await import(join(ROOT, 'test/kinds/hostile/words.js'))) as { HOSTILE: string }

/** By their first words; a command that is not here, and not left out below, fails the test. */
const LINES = `
up | status | health | clean --dry-run | tenant ls | tenant show acme | plan ls | plan show pro | plan set pro sessions=9 | plan add gold | plan rm gold --yes
ls | ls acme | ls --kind hostile | ls --host | show acme/h | show acme/none | kinds | kinds hostile
config acme/h | config set acme/h choice=wrong | config set acme/h choice=plain | config unset acme/h choice
secret set acme/h TOKEN | secret ls acme/h | secret rm acme/h TOKEN --yes | secret set operator TOKEN | secret ls operator | secret rm operator TOKEN --yes
start acme/h --wait | restart acme/h --wait --rolling | pair acme/h --timeout 2s | pair acme/h --link | pair acme/h --end-link | logs acme/h | logs acme/ | events acme/h
do acme/h say | do acme/h list | do acme/h refuse | do acme/h fail | do acme/h nonsense
notify set operator webhook --url http://127.0.0.1:1/ | notify ls | notify test | notify rm operator webhook --yes | notify set acme webhook --url https://example.com/ | notify ls acme | notify test acme none | notify rm acme webhook --yes | audit | audit acme
db status | db migrate | db sql --all | key check | key new | doctor | startup | help | sim none
add acme/more --kind hostile | rename acme/more More | add acme/more --kind none | rm acme/more --yes | run acme/h | stop acme/h --wait
check acme/h | check acme/none | recover acme/h --yes | move acme/h --yes | records acme/h | records acme/h notes --csv | hooks acme/h | completion bash | __complete show
view acme | view acme hostile_said | view acme hostile_said --csv | view acme none
tenant add other | tenant rename other Others | tenant set-plan other pro | tenant set-status other cancelled | tenant rm other --yes
down | ls | show acme/h | start acme/none | db copy --to sqlite`
  .split(/[|\n]/)
  .map((line) => line.trim())
  .filter((line) => line !== '')
/** They hold the terminal until Ctrl-C; the menu and `ls --watch` are looked at on one below. */
const LEFT_OUT = ['serve', 'menu', 'demo']

/** Any control but a line break, and what turns the direction of reading. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

async function hostileHome(t: Parameters<typeof fleetHome>[0]) {
  const home = await fleetHome(t, { FROTA_KINDS: KIND })
  await home.frota('tenant', 'add', 'acme', '--name', 'Acme')
  await home.frota('add', 'acme/h', '--kind', 'hostile')
  editByHand(home)
  return home
}

function editByHand(home: FleetHome) {
  const db = new DatabaseSync(home.paths.db, { timeout: 5_000 })
  db.prepare('update tenants set name = ?').run(HOSTILE)
  db.prepare('update sessions set display_name = ?').run(HOSTILE)
  db.prepare('update heartbeats set reason = ?, host = ?, detail = ?').run(
    HOSTILE,
    HOSTILE,
    JSON.stringify({ [HOSTILE]: HOSTILE }),
  )
  db.close()
}

describe('a hostile session', { concurrency: true }, () => {
  test('every command prints its words without any control, and no line of it looks like one of ours', async (t) => {
    const home = await hostileHome(t)
    await home.frota('start', 'acme/h', '--wait')
    await home.until('its events', () => home.events('said').length > 0)
    appendFileSync(
      join(home.paths.logs, 'acme.h.crash.log'),
      `${HOSTILE}\n{"at":"x","level":"\\u001b[31m","msg":"\\u001b[2J"}\n`,
    )
    const seen: string[] = []
    for (const line of LINES) {
      if (line === 'ls' && seen.includes('down')) editByHand(home)
      const { stdout, stderr } = await home.run(...line.split(' '))
      seen.push(line)
      assert.doesNotMatch(stdout + stderr, CONTROL, `frota ${line}`)
      assert.doesNotMatch(stdout + stderr, /^Started acme\/forged/m, `frota ${line}: a line was forged`)
      assert.doesNotMatch(stdout + stderr, /unknown command|unknown option|has no verb/, `frota ${line} is no command`)
    }
    assert.deepEqual(
      (await leaves()).filter((path) => ![...LINES, ...LEFT_OUT].some((line) => `${line} `.startsWith(`${path} `))),
      [],
    )
  })

  test('--json is exact, and no terminal obeys it either', async (t) => {
    const home = await hostileHome(t)
    await home.frota('start', 'acme/h', '--wait')
    const said = await home.run('do', 'acme/h', 'say', '--json')
    assert.doesNotMatch(said.stdout, CONTROL)
    assert.deepEqual(JSON.parse(said.stdout), { [HOSTILE]: HOSTILE, inner: { text: HOSTILE } })
    const refused = await home.run('do', 'acme/h', 'refuse', '--json')
    assert.doesNotMatch(refused.stderr, CONTROL)
    assert.equal(JSON.parse(refused.stderr).error.message, HOSTILE)
  })

  test('`frota run` shows what it says, also past its log, without any control', async (t) => {
    const home = await hostileHome(t)
    const child = spawn(NODE, [join(ROOT, 'bin/frota'), 'run', 'acme/h'], { env: home.env })
    const ended = once(child, 'close')
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    try {
      await home.until('its words', () => /ready: .*forged/.test(said) && said.includes('past the log'))
    } finally {
      child.kill('SIGINT')
    }
    assert.equal((await ended)[0], 0)
    assert.doesNotMatch(said, CONTROL)
  })

  test('the menu shows its words on its pages, and the screen stays ours', { skip }, async (t) => {
    const home = await hostileHome(t)
    await home.frota('start', 'acme/h', '--wait')
    editByHand(home)
    const menu = menuAt(home, 100, 40)
    await menu.chooses('Sessions')
    await menu.sees(/acme\/h/)
    await menu.types(KEY.enter)
    for (const page of ['Log', 'What happened', 'Settings', 'Check']) {
      await menu.chooses(page)
      await menu.goesBack()
    }
    await menu.chooses('Commands')
    await menu.chooses('list')
    await menu.sees(/taken over/)
    await menu.types(KEY.ctrlC)
    await menu.ended()
    const raw = menu.raw()
    for (const part of ['\x1b]0;', '\x07', '\x1b[8m', '\x9b', '\u202e', '\u2066'])
      assert.ok(!raw.includes(part), JSON.stringify(part))
    assert.equal(menu.broken(), 0)
  })
})

/** `tenant set-plan`, … as the program knows them. */
async function leaves(): Promise<string[]> {
  const cli = { doors: { config: () => undefined } } as unknown as Cli
  const pathsOf = (command: Awaited<ReturnType<typeof loadCommands>>[number], before: string): string[] => {
    const path = `${before}${command.name()}`
    return command.commands.length === 0 ? [path] : command.commands.flatMap((sub) => pathsOf(sub, `${path} `))
  }
  return (await loadCommands(cli, [])).flatMap((command) => pathsOf(command, ''))
}

assert.ok(existsSync(KIND) && plainLines(HOSTILE) !== HOSTILE)
