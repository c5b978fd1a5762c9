// Mistakes at the real `frota`: one line that helps, the exit code scripts expect, and nothing done.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { execute, fleetHome, NODE, ROOT } from './fleet-home.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')

test('bad input: one line, the right exit code, nothing on stdout, nothing done', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'pairable')
  const before = await home.json('show', 'acme/p')
  const cases: [string[], number, RegExp][] = [
    [['kinds', 'pairabel'], 3, /did you mean "pairable"/],
    [['config', 'acme/q'], 3, /did you mean "p"/],
    [['config', 'sett', 'acme/p', 'a=b'], 2, /did you mean "set"/],
    [['config', 'set', 'acme/p'], 2, /Nothing to set/],
    [['config', 'set', 'acme/p', 'greting=x'], 2, /greting.*did you mean "greeting"/],
    [['config', 'set', 'acme/p', 'greeting=x', 'loud=maybe'], 2, /loud: must be true or false/],
    [['config', 'set', 'acme/p', 'greeting'], 2, /not key=value/],
    [['config', 'set', 'acme/p', '--config', '/nowhere.json'], 2, /nowhere\.json/],
    [['config', 'unset', 'acme/p', 'loud'], 2, /loud: is not set/],
    [['secret', 'set', 'acme/p', 'PAIR_TOKEN', 'hunter2'], 2, /never given on the command line/],
    [['secret', 'set', 'acme/p', 'PAIR_TOKEN=hunter2'], 2, /never given on the command line/],
    [['secret', 'set', 'acme/p', 'PAIR_TOKEN'], 2, /empty/],
    [['secret', 'set', 'acme/p', 'PAIR_TOKN'], 2, /did you mean "PAIR_TOKEN"/],
    [['secret', 'set', 'acme/p', 'pair_token'], 2, /did you mean "PAIR_TOKEN"/],
    [['secret', 'set', 'acmee', 'PAIR_TOKEN'], 3, /did you mean "acme"/],
    [['secret', 'rm', 'acme/p', 'PAIR_TOKEN', '--yes'], 3, /no secret/],
    [['pair', 'acme/p', '--timeout', 'soon'], 2, /soon/],
    [['pair', 'acme/p', '--phone', '12'], 2, /--phone/],
    [['pair', 'acme/p', '--phone', 'ana 5511987654321'], 2, /--phone/],
    [['pair', 'acme/p', '--phone', '11 99999-8888'], 2, /country code is missing.*\+55 11 99999-8888/],
    [['pair', 'acme/p', '--phone', '+5511987654321', '--png', 'x'], 2, /not both/],
    [['pair', 'acme/nobody'], 3, /no session "nobody"/],
    [['logs', 'acme/p', '--tail', '-1'], 2, /--tail/],
    [['logs', 'acme/p', '--since', 'once'], 2, /once/],
    [['logs'], 2, /No session was named/],
    [['events'], 2, /--all/],
    [['events', 'acme/p', '--all'], 2, /not both/],
    [['logs', 'nobody/'], 3, /no customer "nobody"/],
    [['events', 'acme/p', '--limit', '0'], 2, /--limit/],
    [['events', 'acme'], 2, /acme\/ means all of its sessions/],
    [['do', 'acme/p', 'sya'], 2, /say/],
    [['do', 'acme/p', 'say'], 2, /text/],
    [['run', 'acme/nobody'], 3, /nobody/],
    [['sim', 'whatsap'], 3, /did you mean "whatsapp"/],
    [['sim', 'whatsapp', '--port', '70000'], 2, /--port/],
    [['notify', 'set', 'operator', 'telegraph'], 2, /did you mean "telegram"/],
    [['notify', 'set', 'operator', 'telegram'], 2, /--chat/],
    [['notify', 'set', 'operator', 'webhook', '--url', 'http://127.0.0.1:9', '--secret'], 2, /secret is empty/],
    [['notify', 'set', 'operator', 'webhook', '--url', 'http://127.0.0.1:9', '--chat', '5'], 2, /takes no --chat/],
    [['notify', 'set', 'operator', 'telegram', '--chat', '5', '--url', 'http://127.0.0.1:9'], 2, /takes no --url/],
    [['notify', 'set', 'acmee', 'webhook', '--url', 'https://example.com'], 3, /did you mean "acme"/],
    [['notify', 'set', 'acme', 'webhook', '--url', 'http://127.0.0.1:9'], 2, /https/],
    [['notify', 'set', 'acme', 'webhook', '--url', 'https://10.0.0.1'], 2, /private network/],
    [['notify', 'set', 'acme', 'webhook', '--url', 'https://example.com', '--topics', 'critcal'], 2, /"critical"/],
    [
      ['notify', 'set', 'acme', 'webhook', '--url', 'https://example.com', '--name', 'My Hook'],
      2,
      /not a channel name/,
    ],
    [['notify', 'set', 'operator', 'webhook', '--url', 'https://example.com', '--name', 'x'], 2, /takes no --name/],
    [['notify', 'rm', 'acme', 'webhook', '--yes'], 3, /no channel "webhook"/],
    [['notify', 'test', 'acme'], 1, /it is down/],
    [['notify', 'rm', 'operator', 'webhook', '--yes'], 3, /webhook/],
    [['db', 'copy'], 2, /--to/],
    [['db', 'copy', '--to', 'sqlit'], 2, /did you mean "sqlite"/],
    [['db', 'copy', '--to', 'sqlite'], 2, /already/],
    [['db', 'copy', '--to', 'supabase'], 2, /SUPABASE_URL/],
    [['db', 'sql'], 2, /sqlite/],
    [['do', 'acme/p', 'constructor'], 2, /it has: pair/],
    [['do', 'acme/p', 'say'], 2, /text: is missing/],
    [['sim', '__proto__'], 3, /whatsapp/],
    [['sim', 'whatsapp', '--state', '/nowhere/file'], 1, /nowhere.*--state/],
    [['sim', 'whatsapp', '--state', '/tmp'], 1, /--state/],
    [['pair', 'acme/p', '--png', '/nowhere/code.png'], 2, /--png/],
    [['pair', 'acme/p', '--png', '/tmp'], 2, /--png/],
    [['add', 'acme/x', '--kind', 'pairable', '--config', '/dev/zero'], 2, /not a regular file/],
    [['add', 'acme/x', '--kind', 'pairable', '--config', '/tmp'], 2, /directory/],
    [['add', 'acme/x', '--kind', 'pairable', '--config', '/dev/null'], 2, /not a regular file/],
    [['add', 'acme/x', '--kind', 'pairable', '--config', '-'], 2, /--config -: not JSON/],
    [['pair', 'acme/p', '--png', '/dev/null'], 2, /--png.*not a regular file/],
    [['pair', 'acme/p', '--png', '/dev/stdout'], 2, /--png.*a link/],
    [['add', 'acme/x', '--kind', 'pairable', '--name', ''], 2, /name is empty/],
    [['add', 'acme/x', '--kind', 'Pairable'], 3, /did you mean "pairable"/],
    [['add', 'acme/x', 'y'], 2, /--kind/],
    [['tenant', 'add'], 2, /slug.*frota tenant add --help/],
    [['tenant', 'add', 'b', '--name', 'a\nb'], 2, /one line/],
    [['tenant', 'add', 'b', '--name', 'x'.repeat(81)], 2, /80 characters/],
    [['plan', 'set', 'free', 'sessions='], 2, /sessions: must be a whole number or "unlimited"/],
    [['plan', 'set', 'free', 'maxMemory=unlimited'], 2, /maxMemory: must be a size with its unit, like 768MB/],
    [['plan', 'set', 'free', 'maxMemory=768'], 2, /maxMemory: must be a size with its unit/],
    [['plan', 'set', 'free', 'maxMemry=1GB'], 2, /maxMemry: unknown key.*did you mean "maxMemory"/],
    [['plan', 'set', 'free', 'apiAccess=maybe'], 2, /apiAccess: must be yes or no/],
    [['plan', 'set', 'free', 'kinds=whatsap'], 2, /no kind "whatsap".*did you mean "whatsapp"/],
    [['plan', 'add', 'Gold'], 2, /"Gold" is not a plan name/],
    [['plan', 'add', 'free'], 1, /There is a plan "free" already/],
    [['plan', 'rm', 'enterprise', '--yes'], 4, /New customers get the plan "enterprise"/],
    [['plan', 'rm', 'pro'], 4, /--yes/],
    [['plan', 'set', 'free', 'constructor=1'], 2, /unknown key/],
    [['help', 'kindz'], 2, /did you mean "kinds"/],
    [['ls', '--jsn'], 2, /--json/],
  ]
  for (const [args, code, words] of cases) {
    const said = args.join(' ')
    const ran = await home.run(...args, '--no-input')
    assert.deepEqual([said, ran.code, ran.stdout], [said, code, ''], ran.stderr)
    assert.match(ran.stderr, /^frota: [^\n]+\n$/, said)
    assert.match(ran.stderr, words, said)
    assert.ok(!ran.stderr.includes('hunter2'), said)
  }
  const { error } = JSON.parse((await home.run('config', 'acme/q', '--json')).stderr)
  assert.deepEqual(Object.keys(error), ['code', 'message', 'hint'])
  assert.deepEqual(await home.json('show', 'acme/p'), before)
  assert.equal(await home.rows(), undefined, 'the fleet was brought up by a mistake')
})

test('a time before all time is all time; a full disk under the output is told in a line', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'pairable')
  for (const verb of ['logs', 'events']) await home.frota(verb, 'acme/p', '--since', '99999999999999d')
  const full = await execute(
    '/bin/sh',
    ['-c', 'exec "$@" > /dev/full', 'sh', NODE, join(ROOT, 'bin/frota'), 'ls'],
    home.env,
  )
  assert.deepEqual([full.code, full.stderr], [1, 'frota: The output cannot be written: the disk is full.\n'])
})

test('a plan shows itself in the words that set it', async (t) => {
  const home = await fleetHome(t)
  await home.frota(
    'plan',
    'set',
    'free',
    'sessions=unlimited',
    'kinds=whatsapp',
    'maxMemory=1.5gb',
    'priceMonthUsd=none',
    'apiAccess=yes',
    'features=Answers within a day;  Set-up included',
  )
  const shown = (await home.frota('plan', 'show', 'free')).trim().split('\n').slice(1)
  for (const line of [
    'sessions=unlimited',
    'kinds=whatsapp',
    'maxMemory=1536MB',
    'priceMonthUsd=none',
    'apiAccess=yes',
    'features=Answers within a day; Set-up included',
    'withdrawn=no',
  ]) {
    assert.ok(shown.includes(line), line)
  }
  const before = await home.json('plan', 'show', 'free')
  await home.frota('plan', 'set', 'free', ...shown)
  assert.deepEqual(await home.json('plan', 'show', 'free'), before)
})

test('a shell whose directory was removed is told so', async (t) => {
  const home = await fleetHome(t)
  const script = 'mkdir "$0/gone" && cd "$0/gone" && rmdir "$0/gone" && exec "$1" "$2" ls'
  const ran = await execute('/bin/sh', ['-c', script, home.dir, NODE, join(ROOT, 'bin/frota')], home.env)
  assert.deepEqual(
    [ran.code, ran.stderr],
    [1, 'frota: The directory this shell stands in is gone. (cd to another one)\n'],
  )
})
