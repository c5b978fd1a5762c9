// Mistakes at the real `frota`: one line that helps, the exit code scripts expect, and nothing done.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome, ROOT } from './fleet-home.js'

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
    [['secret', 'set', 'acmee', 'PAIR_TOKEN'], 3, /did you mean "acme"/],
    [['secret', 'rm', 'acme/p', 'PAIR_TOKEN', '--yes'], 3, /no secret/],
    [['pair', 'acme/p', '--timeout', 'soon'], 2, /soon/],
    [['pair', 'acme/p', '--phone', '12'], 2, /--phone/],
    [['pair', 'acme/p', '--phone', '5511987654321', '--png', 'x'], 2, /not both/],
    [['pair', 'acme/nobody'], 3, /no session "nobody"/],
    [['logs', 'acme/p', '--tail', '-1'], 2, /--tail/],
    [['logs', 'acme/p', '--since', 'once'], 2, /once/],
    [['logs'], 2, /refs/],
    [['events', 'acme/p', '--limit', '0'], 2, /--limit/],
    [['events', 'acme'], 2, /TENANT\/NAME/],
    [['do', 'acme/p', 'sya'], 2, /say/],
    [['do', 'acme/p', 'say'], 2, /text/],
    [['run', 'acme/nobody'], 3, /nobody/],
    [['sim', 'whatsap'], 3, /did you mean "whatsapp"/],
    [['sim', 'whatsapp', '--port', '70000'], 2, /--port/],
    [['notify', 'set', 'operator', 'telegraph'], 2, /did you mean "telegram"/],
    [['notify', 'set', 'operator', 'telegram'], 2, /--chat/],
    [['notify', 'set', 'customer', 'webhook', '--url', 'http://127.0.0.1:9'], 2, /customer/],
    [['notify', 'rm', 'operator', 'webhook', '--yes'], 3, /webhook/],
    [['db', 'copy'], 2, /--to/],
    [['db', 'copy', '--to', 'sqlit'], 2, /did you mean "sqlite"/],
    [['db', 'copy', '--to', 'sqlite'], 2, /already/],
    [['db', 'copy', '--to', 'supabase'], 2, /SUPABASE_URL/],
    [['db', 'sql'], 2, /sqlite/],
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
