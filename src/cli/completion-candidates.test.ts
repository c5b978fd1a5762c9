import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LsRow } from '../core/states.js'
import type { KindView } from '../fleet/kinds.js'
import type { Cli } from './cli.js'
import { type Asked, candidates } from './completion-candidates.js'
import { loadCommands } from './nouns.js'

const field = (key: string, type: 'text' | 'boolean' | 'choice', choices: string[] = []) => ({
  key,
  type,
  choices,
  default: undefined,
  required: false,
  help: '',
})
const kind: KindView = {
  name: 'chat',
  title: 'Chats',
  hasSessions: true,
  fields: [field('reply', 'choice', ['off', 'fixed']), field('loud', 'boolean')],
  limits: [],
  secrets: { TOKEN: 'required', 'BOT_*': 'optional' },
  hooks: [],
  needs: [],
  services: [],
  commands: [{ name: 'send', help: '', fields: [field('to', 'text')] }],
  jobs: [],
}
const asked: Asked = {
  sessions: async () =>
    ['acme/a', 'acme/b'].map((session) => ({ session, tenant: 'acme', kind: 'chat' }) as unknown as LsRow),
  tenants: async () => ['acme', 'zeta'],
  plans: async () => [
    { slug: 'free', withdrawn: false },
    { slug: 'old', withdrawn: true },
  ],
  planFields: async () =>
    (['sessions', 'withdrawn'] as const).map((key) => {
      const type = key === 'withdrawn' ? 'flag' : 'text'
      return { key, text: '', type, choices: [], help: '', changed: false }
    }),
  kinds: async () => [kind],
  secrets: async () => ['TOKEN', 'BOT_A'],
  channels: async (who) => (who === 'acme' ? ['crm', 'webhook'] : ['telegram']),
  services: async () => ['_host/gateway'],
  views: async () => [
    {
      name: 'chat_said',
      columns: [
        { name: 'at', filter: true },
        { name: 'id', filter: false },
      ],
    },
  ],
}
const complete = async (line: string) =>
  (await candidates(await loadCommands({} as Cli, []), line.split(' '), asked)).sort()

test('Tab offers what may stand there: commands, options, sessions, customers, settings and their values', async () => {
  const cases: [string, string[]][] = [
    ['sta', ['start', 'startup', 'status']],
    ['tenant set', ['set-plan', 'set-status']],
    ['start ', ['acme/', 'acme/a', 'acme/b']],
    ['start acme/a acme/b', ['acme/b']],
    ['start --time', ['--timeout']],
    ['start --timeout ', []],
    ['start --timeout 5s acme/a', ['acme/a']],
    ['ls z', ['zeta']],
    ['ls --state fe', ['fenced']],
    ['add acme/x --kind ', ['chat']],
    ['add acme/x --set re', ['reply=']],
    ['add ', ['acme/', 'zeta/']],
    ['config s', ['set']],
    ['config acme/', ['acme/a', 'acme/b']],
    ['config set acme/a reply=', ['reply=fixed', 'reply=off']],
    ['config set acme/a loud=', ['loud=false', 'loud=true']],
    ['do acme/a ', ['send']],
    ['do acme/a send ', ['to=']],
    ['secret set acme/a ', ['BOT_', 'BOT_A', 'TOKEN']],
    ['secret set acme T', ['TOKEN']],
    ['tenant set-plan zeta ', ['free']],
    ['tenant set-status zeta past', ['past_due']],
    ['plan show ', ['free', 'old']],
    ['plan add gold --from ', ['free', 'old']],
    ['plan set free s', ['sessions=']],
    ['plan add gold withdrawn=', ['withdrawn=no', 'withdrawn=yes']],
    ['rename acme', ['acme', 'acme/a', 'acme/b']],
    ['completion z', ['zsh']],
    ['view a', ['acme']],
    ['view acme ', ['chat_said']],
    ['view acme chat_said --where ', ['at=']],
    ['notify set ', ['acme', 'operator', 'zeta']],
    ['notify rm acme ', ['crm', 'webhook']],
    ['notify test operator ', []],
    ['notify test acme c', ['crm']],
    ['logs _', ['_host/gateway']],
    ['restart acme/x _', ['_host/gateway']],
    ['hooks _', ['_host/gateway']],
    ['stop _', []],
    ['notify set acme webhook --topics ', ['critical', 'info', 'session', 'warning']],
    ['secret set op', ['operator']],
    ['no-such-command ', []],
  ]
  for (const [line, found] of cases) assert.deepEqual(await complete(line), found, line)
  assert.ok(!(await complete('')).some((word) => word.startsWith('_')))
})
