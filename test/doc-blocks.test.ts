// Every fenced block of every document is looked at: a command is one that can be typed, and a new kind of block has to be
// said what it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingPaths, problemOf, problemOfMention } from './doc-commands.js'
import { blocksOf, commandsOf, documents, read } from './documents.js'

const SHELL = new Set(['sh', 'bash', 'console'])
/** What is no command, by the word behind its fence. */
const OTHER: Record<string, string> = {
  js: 'docs.test.ts holds the example of kinds.md to the files that it shows',
  json: 'parsed below',
  yaml: 'a part of a file',
  nginx: 'another program’s file',
  caddyfile: 'another program’s file',
  dotenv: 'lines of .env',
  text: 'a drawing, or what a program prints',
}

const blocks = documents.flatMap(blocksOf)

test('every block of the documents says what it is', () => {
  assert.ok(blocks.length > 30)
  assert.deepEqual(
    blocks
      .filter(({ language }) => !SHELL.has(language) && !(language in OTHER))
      .map(({ at, language }) => [at, language]),
    [],
  )
})

test('every command of every block is one that the program takes, or is known to be another’s', async () => {
  const commands = blocks
    .filter(({ language }) => SHELL.has(language))
    .flatMap((block) => commandsOf(block).map((command) => ({ at: block.at, command })))
  assert.ok(commands.length > 80)
  const wrong: string[] = []
  for (const { at, command } of commands) {
    const problem = await problemOf(command)
    if (problem !== null) wrong.push(`${at}: ${problem}`)
    wrong.push(...missingPaths(command).map((path) => `${at}: there is no ${path}`))
  }
  assert.deepEqual(wrong, [])
})

test('every command in a sentence has words and flags that the program knows', async () => {
  const mentions = documents.flatMap((document) =>
    [
      ...read(document)
        .replace(/^( *)```.*?^\1```/gms, '')
        .matchAll(/`(frota [^`]+)`/g),
    ]
      .map(([, mention = '']) => mention.replace(/\s+/g, ' '))
      .filter((mention) => !/[|…]|^frota [A-Z]/.test(mention)) // several in one, or of any kind
      .map((mention) => ({ document, mention })),
  )
  assert.ok(mentions.length > 100, String(mentions.length))
  const wrong: string[] = []
  for (const { document, mention } of mentions) {
    const problem = await problemOfMention(mention)
    if (problem !== null) wrong.push(`${document}: ${mention}: ${problem}`)
  }
  assert.deepEqual(wrong, [])
})

test('a command that is not there, a flag that is not there and an unknown program are found', async () => {
  for (const wrong of [
    'frota pears',
    'frota ls --colour',
    'docker exec -it x frota lss',
    'docker compose -f x.yml run --rm frota frota lss',
    'npm run nothing',
    'wget x',
    'FROTA_HOMES=x frota ls',
  ]) {
    assert.notEqual(await problemOf(wrong), null, wrong)
  }
  for (const right of [
    'docker exec -it -e TERM=$TERM $(docker ps -qf name=frota) frota ls',
    'docker run -d --name frota -v frota:/data frota',
    'docker compose exec frota frota',
    'FROTA_ONLY=a/b frota serve',
    'frota',
  ]) {
    assert.equal(await problemOf(right), null, right)
  }
})

test('what the documents show as JSON is JSON', () => {
  for (const { at, text } of blocks.filter(({ language }) => language === 'json')) {
    assert.doesNotThrow(() => JSON.parse(text), at)
  }
})
