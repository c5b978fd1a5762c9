import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startWhatsappSim, type WhatsappSim } from './server.js'

let sim: WhatsappSim
before(async () => {
  sim = await startWhatsappSim()
})
after(() => sim.close())

async function ask(method: string, path: string, body?: string) {
  const response = await fetch(sim.controlUrl + path, { method, ...(body === undefined ? {} : { body }) })
  return { status: response.status, answer: (await response.json()) as { error?: string; field?: string } }
}

test('it listens on this machine only, the page by HTTPS', () => {
  assert.match(sim.endpoint, /^https:\/\/127\.0\.0\.1:\d+$/)
  assert.match(sim.controlUrl, /^http:\/\/127\.0\.0\.1:\d+$/)
})

const refused: [what: string, path: string, body: object | string, status: number, error: RegExp, field?: string][] = [
  ['not JSON', '/scan', '{', 400, /^body: not JSON/],
  ['not an object', '/scan', '[]', 400, /^body: must be a JSON object/],
  ['a missing code', '/scan', { phone: '5511900000001' }, 400, /^code: missing/, 'code'],
  ['a code nobody shows', '/scan', { code: '2@x', phone: '5511900000001' }, 410, /^code: no open page/, 'code'],
  ['a link code nobody shows', '/link', { code: 'ABCD-1234', phone: '5511900000001' }, 410, /^code: no open/, 'code'],
  ['a phone that is a word', '/scan', { code: '2@x', phone: 'mine' }, 400, /^phone: must be a phone number/, 'phone'],
  ['a phone that is a number type', '/unpair', { phone: 5511900000001 }, 400, /^phone: must be text/, 'phone'],
  ['a phone nobody paired', '/unpair', { phone: '5511900000001' }, 404, /^phone: no phone 5511900000001/, 'phone'],
  ['a letter to nobody', '/deliver', { to: '5511900000001', from: '5511988887777', text: 'oi' }, 404, /^to: /, 'to'],
  ['an unknown field', '/offline', { telefone: '1' }, 400, /^telefone: unknown; there is phone/, 'telefone'],
  ['a LID that is none', '/number', { number: '5511900000001', lid: 'x' }, 400, /^lid: must be/, 'lid'],
  ['a maybe', '/number', { number: '5511900000001', exists: 'maybe' }, 400, /^exists: must be true or/, 'exists'],
  ['a phone that missed nothing', '/missed', { phone: '5511900000001' }, 404, /^phone: no phone/, 'phone'],
  ['a login of nobody', '/login', { phone: '5511900000001', shown: false }, 404, /^phone: no phone/, 'phone'],
  [
    'chats that load a little',
    '/loading',
    { phone: '5511900000001', loading: 'a bit' },
    400,
    /^loading: must/,
    'loading',
  ],
  ['an unknown verb', '/fly', {}, 404, /^POST \/fly: unknown; there is POST \/scan/],
]
for (const [what, path, body, status, error, field] of refused) {
  test(`${what} is refused with a word on what is wrong`, async () => {
    const got = await ask('POST', path, typeof body === 'string' ? body : JSON.stringify(body))
    assert.equal(got.status, status)
    assert.match(got.answer.error ?? '', error)
    assert.equal(got.answer.field, field)
  })
}

test('nothing was exchanged yet', async () => {
  assert.deepEqual(await ask('GET', '/messages'), { status: 200, answer: [] })
})
