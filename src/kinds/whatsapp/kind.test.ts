import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../core/languages.js'
import { chatIdIn, chatIdOf, loopbackPort, phoneDigits } from './addresses.js'
import { chromiumFlags } from './browser-flags.js'
import { whatsapp } from './kind.js'

const problems = (config: object) =>
  whatsapp.config.safeParse(config).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test('a session needs no settings: it only listens', () => {
  assert.deepEqual(whatsapp.config.parse({}), {
    engine: 'wppconnect',
    reply: 'off',
    replyText: '',
    replyGapSeconds: 0,
    typingMsPerChar: 40,
    typingMaxMs: 4_000,
    ignoreGroups: true,
  })
})

test('a bad setting names its key', () => {
  assert.deepEqual(problems({ reply: 'fixed' }), ['replyText: must not be empty when reply is fixed'])
  assert.deepEqual(problems({ reply: 'fixed', replyText: '  ' }), ['replyText: must not be empty when reply is fixed'])
  assert.deepEqual(problems({ endpoint: 'https://evil.example:443' }), [
    'endpoint: must be https://127.0.0.1:PORT or https://localhost:PORT',
  ])
  assert.match(problems({ replyText: 'x'.repeat(5_000) })[0] ?? '', /^replyText/)
  assert.match(problems({ engine: 'baileys' })[0] ?? '', /^engine/)
})

test('only this machine can stand in for WhatsApp Web', () => {
  assert.equal(loopbackPort('https://127.0.0.1:8443'), 8443)
  assert.equal(loopbackPort('https://localhost:8443/'), 8443)
  for (const bad of [
    'http://127.0.0.1:8443',
    'https://127.0.0.1',
    'https://127.0.0.1:99999',
    'https://127.0.0.1:8443,MAP * 10.0.0.1',
    'https://localhost.evil.example:1',
    'https://user@127.0.0.1:1',
  ]) {
    assert.equal(loopbackPort(bad), null, bad)
  }
})

test('people may write phone numbers as they are used to; anything else is refused with the rule', () => {
  assert.equal(chatIdOf('+55 (11) 99999-8888'), '5511999998888@c.us')
  assert.equal(chatIdOf('5511999998888'), '5511999998888@c.us')
  assert.equal(chatIdOf('5511999998888@s.whatsapp.net'), '5511999998888@c.us')
  assert.equal(chatIdOf('120363041234567890@g.us'), '120363041234567890@g.us')
  assert.equal(chatIdOf('123456789012345@lid'), '123456789012345@lid')
  for (const bad of ['', '12', 'ana', 'status@broadcast', '5511999998888@c.us\nx', '5511999998888@evil', '+']) {
    assert.equal(chatIdIn(bad), null, bad)
  }
  assert.throws(() => chatIdOf('ana'), /"ana" is not a WhatsApp address/)
  assert.equal(phoneDigits('+1 555 010 99'), '155501099')
  assert.equal(phoneDigits('0055 11 99999-8888'), '5511999998888')
})

test('a code is asked for a number with its country only', () => {
  const pair = whatsapp.commands?.pair?.input
  for (const [phone, isTaken] of [
    ['+55 11 99999-8888', true],
    ['00551199998888', true],
    ['11 99999-8888', false],
    ['5511999998888', false],
  ] as const) {
    assert.equal(pair?.safeParse({ phone }).success, isTaken, phone)
  }
})

test('Chromium reaches WhatsApp and nothing else, with its sandbox where the host allows one', () => {
  const rules = (flags: string[]) => flags.find((flag) => flag.startsWith('--host-resolver-rules='))
  const open = chromiumFlags({ sandbox: true, endpoint: undefined })
  assert.equal(rules(open), '--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE *.whatsapp.com,EXCLUDE *.whatsapp.net')
  assert.ok(!open.includes('--no-sandbox') && !open.includes('--no-zygote'))
  assert.ok(!open.includes('--ignore-certificate-errors'))
  const sim = chromiumFlags({ sandbox: false, endpoint: 'https://localhost:8443' })
  assert.equal(
    rules(sim),
    '--host-resolver-rules=MAP web.whatsapp.com:443 127.0.0.1:8443,MAP * ~NOTFOUND,EXCLUDE 127.0.0.1',
  )
  assert.ok(sim.includes('--no-sandbox') && sim.includes('--ignore-certificate-errors'))
})

test('whoever pairs a phone is told what to do in every language of the page, and its buttons are marked in pairs', () => {
  const { steps } = whatsapp.pairing ?? assert.fail('no words')
  assert.deepEqual(Object.keys(steps).sort(), [...LANGUAGES].sort())
  for (const [language, { scan, type }] of Object.entries(steps))
    for (const step of [...scan, ...type]) {
      assert.match(step, /\.$/, language)
      assert.equal(step.split('*').length % 2, 1, step)
    }
})
