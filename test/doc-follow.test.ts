// The documents are followed: their commands are typed, in their order, into a shell at the built program, in a home of
// its own with the fleet up.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { frotaIn } from './doc-commands.js'
import { blocksOf, commandsOf, documents } from './documents.js'
import { execute, type FleetHome, fleetHome, ROOT } from './fleet-home.js'

/** Others show commands of one kind or one store each; their tests are those of the kind and the store. */
const FOLLOWED = ['README.md', ...documents.filter((document) => /^docs\/(docker|compose|easypanel)/.test(document))]

const KINDS = ['docs/examples/poster/kind.js', 'test/kinds/hooked/kind.js'].map((path) => join(ROOT, path))
/** Sessions that are spoken of without being added. */
const SPOKEN_OF: Record<string, string[]> = {
  'acme/news': ['--kind', 'poster', '--set', 'url=http://127.0.0.1:1'],
  'acme/shop': ['--kind', 'hooked', '--set', 'witness=/nowhere'],
}
/** What is asked for where nobody sits at a terminal. */
const TYPED_IN = '123456789:AAe-not-a-token-of-any-bot-but-of-its-form\n'

/** Files that a reader has of their own, and what stands for them here. */
const OWN_FILES: Record<string, string> = {
  'candles.csv': join(ROOT, 'node_modules/vega-datasets/data/sp500-2000.csv'),
  'my-strategy.js': join(ROOT, 'docs/examples/strategies/pullback.js'),
}

/** What is not typed here, and where it is. */
const ELSEWHERE: readonly { command: RegExp; where: string }[] = [
  { command: /^frota (start|pair) acme\/vendas/, where: 'pair-qr.test.ts, with Chromium' },
  { command: /^frota do acme\/vendas send/, where: 'demo.test.ts, with a paired phone' },
  { command: /^frota (logs -f|ls --watch)/, where: 'cli-terminal.test.ts: they hold the terminal' },
  { command: /^frota( menu)?$/, where: 'menu.test.ts: it holds the terminal' },
  { command: /^frota check acme\/vendas/, where: 'cli-check.test.ts: it asks for WhatsApp’s own address' },
  { command: /^frota notify test/, where: 'notify.test.ts: it would send to example.com' },
  { command: /^frota trading .*--venue/, where: 'jobs/candles.test.ts, with the exchange sim: it asks the venue' },
]

/** What a reader who has nothing else yet is told instead. */
const REFUSED: readonly { command: RegExp; says: RegExp }[] = [
  { command: /^frota move acme\/vendas/, says: /is this home’s already/ },
]

test('the commands of the README and of the install pages do what is written when they are typed one after the other', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS.join(), FROTA_PUBLIC_URL: 'https://bots.example.com' })
  await home.frota('up')
  const typed = new Set<string>()
  const wrong: unknown[] = []
  for (const command of FOLLOWED.flatMap(commandsToType)) {
    if (typed.has(command)) continue
    typed.add(command)
    await addWhatIsSpokenOf(home, command)
    const { code, stdout, stderr } = await execute('/bin/bash', ['-c', withOwnFiles(command)], home.env, ROOT, TYPED_IN)
    const refusal = REFUSED.find((one) => one.command.test(command))
    const isAsWritten = refusal ? code > 0 && refusal.says.test(`${stdout}${stderr}`) : code === 0
    if (!isAsWritten) wrong.push({ command, code, stdout, stderr })
  }
  assert.ok(typed.size > 25, `${typed.size} commands`)
  assert.deepEqual(wrong, [])
})

/** With what comes before `frota` to reach into a container taken off. */
function commandsToType(document: string): string[] {
  return blocksOf(document)
    .flatMap(commandsOf)
    .filter((command) => frotaIn(command) !== null || /\$\(frota /.test(command))
    .map((command) => (command.startsWith('docker ') ? `frota ${frotaIn(command)?.join(' ')}`.trim() : command))
    .filter((command) => !ELSEWHERE.some((one) => one.command.test(command)))
}

const withOwnFiles = (command: string) =>
  Object.entries(OWN_FILES).reduce((text, [name, file]) => text.replaceAll(` ${name}`, ` ${file}`), command)

const added = new Set<string>()
async function addWhatIsSpokenOf(home: FleetHome, command: string) {
  for (const [ref, words] of Object.entries(SPOKEN_OF)) {
    if (!command.includes(ref) || added.has(ref)) continue
    added.add(ref)
    await home.frota('add', ref, ...words)
  }
}
