// The page's door, as browsers, previews, guessers and other sites come to it. What stands behind it is real but for the
// session and its process.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type APairPage, aPairPage, aQr, tokenIn } from '../../../../test/a-pair-page.js'
import { LINK_VALID_MS } from '../../../core/one-time-links.js'

const OURS = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }

const post = ({ url }: APairPage, path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { method: 'POST', headers: { ...OURS, ...headers }, body: JSON.stringify(body) })

/** A browser that has opened it: its cookie, and what it asks with it. */
async function visit(house: APairPage, token: string, cookies = '') {
  const opened = await post(house, '/pair/open', { token }, { cookie: cookies })
  const { visit: id } = (await opened.json()) as { visit: string }
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const state = async (own = cookie, v = id) => {
    const answer = await fetch(`${house.url}/pair/state?v=${v}`, { headers: { cookie: own } })
    return { status: answer.status, body: (await answer.json()) as { about?: object; look?: { is: string } }[] }
  }
  return { status: opened.status, id, cookie, setCookie: opened.headers.get('set-cookie') ?? '', state }
}

test('whoever only fetches the address changes nothing: the preview of a chat does not spend a link', async (t) => {
  const house = await aPairPage(t)
  const link = await house.make()
  const before = JSON.stringify([...house.book])
  for (const agent of ['WhatsApp/2.23', 'TelegramBot (like TwitterBot)', 'facebookexternalhit/1.1'])
    for (const method of ['GET', 'HEAD'])
      assert.equal((await fetch(link.url, { method, headers: { 'user-agent': agent } })).status, 200)
  assert.equal(JSON.stringify([...house.book]), before)
  assert.deepEqual(house.calls, [], 'the supervisor was not even asked')
  assert.equal((await visit(house, tokenIn(link))).status, 200)
})

test('the document is the same for everybody, loads nothing from elsewhere, and is neither kept, framed nor indexed', async (t) => {
  const house = await aPairPage(t)
  const page = await fetch(`${house.url}/pair`)
  const html = await page.text()
  const csp = page.headers.get('content-security-policy') ?? ''
  for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "connect-src 'self'"])
    assert.ok(csp.includes(rule), rule)
  assert.doesNotMatch(csp, /unsafe|https?:|\*/)
  assert.deepEqual(
    ['cache-control', 'referrer-policy', 'x-frame-options', 'x-robots-tag', 'x-content-type-options'].map((name) =>
      page.headers.get(name),
    ),
    ['no-store', 'no-referrer', 'DENY', 'noindex, nofollow', 'nosniff'],
  )
  assert.doesNotMatch(html, /(src|href)="(?!data:,|\?lang=)/)
  assert.doesNotMatch(html, /Padaria|Atendimento/)
})

test('its language is the browser’s, or the one that the link names', async (t) => {
  const house = await aPairPage(t)
  const lang = async (path: string, header: string) =>
    /<html lang="([^"]+)"/.exec(
      await (await fetch(`${house.url}${path}`, { headers: { 'accept-language': header } })).text(),
    )?.[1]
  assert.deepEqual(
    [
      await lang('/pair', 'pt-PT,pt'),
      await lang('/pair', 'de'),
      await lang('/pair?lang=es', 'pt'),
      await lang('/pair?lang=<x>', 'es'),
    ],
    ['pt-BR', 'en', 'es', 'es'],
  )
})

test('a link opens in one browser; another is told that it is taken, and shows no code', async (t) => {
  const house = await aPairPage(t)
  house.world.answer = aQr(1)
  const token = tokenIn(await house.make())
  const first = await visit(house, token)
  assert.match(
    first.setCookie,
    /^frota-pair-[0-9a-f]{12}=[\w-]{43}; Path=\/pair; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
  )
  const [about, look] = (await first.state()).body
  assert.deepEqual([Object.keys(about ?? {}), look?.look?.is], [['about'], 'qr'])
  const second = await visit(house, token)
  assert.deepEqual([second.status, second.setCookie], [403, ''])
  assert.equal((await first.state('')).status, 401)
  assert.equal((await first.state(first.cookie.replace(/=.*/, `=${'a'.repeat(43)}`))).status, 401)
  const again = await visit(house, token, `x=1; ${first.cookie}`)
  assert.deepEqual([again.status, again.id], [200, first.id], 'the same browser may come again')
})

test('two links in one browser are two visits: neither ever shows the other’s code', async (t) => {
  const house = await aPairPage(t)
  house.world.answer = aQr(1)
  const one = await visit(house, tokenIn(await house.make('acme/vendas')))
  const two = await visit(house, tokenIn(await house.make('acme/suporte')), one.cookie)
  assert.notEqual(one.id, two.id)
  const both = `${one.cookie}; ${two.cookie}`
  for (const [own, session] of [
    [one, 'id-vendas'],
    [two, 'id-suporte'],
  ] as const) {
    await own.state(both)
    assert.equal(house.asked.at(-1)?.[0], session)
    assert.equal((await own.state(both.replaceAll(own.id, 'f'.repeat(12)))).status, 401)
  }
})

test('over TLS the cookie travels over TLS only', async (t) => {
  const house = await aPairPage(t, { publicUrl: 'https://bots.example.com' })
  const { setCookie } = await visit(house, tokenIn(await house.make()))
  assert.match(setCookie, /^__Secure-frota-pair-.*; Secure$/)
})

test('a link that has ended answers as one that never was', async (t) => {
  const house = await aPairPage(t)
  const ended = async (end: () => unknown) => {
    const token = tokenIn(await house.make())
    await end()
    const answer = await post(house, '/pair/open', { token })
    return [answer.status, await answer.text()]
  }
  const never = await post(house, '/pair/open', { token: 'a'.repeat(43) })
  const words = [401, await never.text()]
  assert.deepEqual(await ended(() => house.operator.sessions.endPairLink({ ref: 'acme/vendas' })), words)
  assert.deepEqual(await ended(() => house.make()), words)
  const pass = () => {
    house.world.nowMs += LINK_VALID_MS
  }
  assert.deepEqual(await ended(pass), words)
  house.world.answer = aQr(1)
  const own = await visit(house, tokenIn(await house.make()))
  pass()
  assert.deepEqual((await own.state()).body[1], { look: { is: 'ended' } })
  house.world.state = 'ready'
  assert.deepEqual((await own.state()).body[1], { look: { is: 'paired' } }, 'scanned in the last second')
})

test('10,000 guesses find nothing, and hardly any of them reach the supervisor; who holds a link elsewhere is not held up', async (t) => {
  const house = await aPairPage(t, { trusted: ['127.0.0.1'] })
  house.world.answer = aQr(1)
  const token = tokenIn(await house.make())
  const as = (caller: string) => ({ 'x-forwarded-for': caller })
  const statuses = new Map<number, number>()
  const guess = async (n: number) => {
    const text = `${n}`.padStart(43, 'A')
    const answer =
      n % 2 === 0
        ? await post(house, '/pair/open', { token: text }, as('192.0.2.1'))
        : await fetch(`${house.url}/pair/state?v=${'a'.repeat(12)}`, {
            headers: { ...as('192.0.2.1'), cookie: `frota-pair-${'a'.repeat(12)}=${text}` },
          })
    await answer.arrayBuffer()
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
  }
  for (let n = 0; n < 10_000; n += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => guess(n + i)))
  assert.deepEqual([...statuses].sort(), [
    [401, 60],
    [429, 9_940],
  ])
  assert.ok(house.calls.length <= 60)
  const opened = await post(house, '/pair/open', { token }, as('192.0.2.2'))
  assert.equal(opened.status, 200)
})

test('no other site acts in a visitor’s name', async (t) => {
  const house = await aPairPage(t, { publicUrl: 'https://elsewhere.example.com' })
  const token = tokenIn(await house.make())
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ])
    assert.equal((await post(house, '/pair/open', { token }, headers)).status, 403)
  const raw = (lines: string[]) => {
    const body = JSON.stringify({ token })
    const head = ['POST /pair/open HTTP/1.1', 'Host: bots.example.com', ...lines, `Content-Length: ${body.length}`]
    return house.raw([...head, 'Connection: close', '', body].join('\r\n'))
  }
  const json = 'Content-Type: application/json'
  assert.match(await raw([json, 'Origin: https://evil.example']), /^HTTP\/1\.1 403/)
  assert.match(await raw([json]), /^HTTP\/1\.1 403/)
  assert.match(await raw(['Content-Type: text/plain', 'Origin: https://bots.example.com']), /^HTTP\/1\.1 401/)
  assert.match(await raw([json, 'Origin: http://elsewhere.example.com']), /^HTTP\/1\.1 403/)
  assert.match(
    await raw([json, 'Origin: https://elsewhere.example.com']),
    /^HTTP\/1\.1 200/,
    'whatever Host a proxy says',
  )
  assert.match(await raw([json, 'Origin: https://bots.example.com']), /^HTTP\/1\.1 403/, 'opened by the other')
})

test('events tell every change as it happens, and end when it is paired', async (t) => {
  const house = await aPairPage(t)
  house.world.answer = aQr(1)
  const own = await visit(house, tokenIn(await house.make()))
  const stream = await fetch(`${house.url}/pair/events?v=${own.id}`, { headers: { cookie: own.cookie } })
  assert.deepEqual(
    ['content-type', 'cache-control', 'x-accel-buffering'].map((name) => stream.headers.get(name)),
    ['text/event-stream; charset=utf-8', 'no-store, no-transform', 'no'],
  )
  const told: string[] = []
  let image = ''
  for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
    for (const line of Buffer.from(chunk).toString().split('\n')) {
      if (!line.startsWith('data: ')) continue
      const event = JSON.parse(line.slice(6)) as { about?: object; look?: { is: string; image?: string } }
      told.push(event.look?.is ?? 'about')
      if (event.look?.image !== undefined) {
        assert.notEqual(event.look.image, image)
        image = event.look.image
      }
    }
    if (told.length === 2) house.world.answer = aQr(2)
    if (told.length === 3) house.world.isSupervisorAway = true
    if (told.length === 4) Object.assign(house.world, { isSupervisorAway: false, answer: { paired: true } })
  }
  assert.deepEqual(told, ['about', 'qr', 'qr', 'away', 'paired'])
  assert.match(Buffer.from(image.split(',')[1] ?? '', 'base64').toString(), /^<svg [^>]*viewBox="0 0 \d+ \d+"/)
  assert.equal(house.server.inFlight(), 0)
})

test('a page that is open neither keeps the gateway from closing nor grows without bound', async (t) => {
  const house = await aPairPage(t)
  house.world.answer = aQr(1)
  const own = await visit(house, tokenIn(await house.make()))
  const follow = () => fetch(`${house.url}/pair/events?v=${own.id}`, { headers: { cookie: own.cookie } })
  const streams = await Promise.all([1, 2, 3, 4].map(follow))
  assert.deepEqual(
    streams.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  assert.equal((await follow()).status, 503)
  assert.equal((await own.state()).status, 200, 'then it asks instead')
  const ended = Promise.all(streams.map((stream) => stream.text()))
  await house.server.close(60_000)
  assert.ok((await ended).every((text) => text.includes('"about"')))
})

test('the phone’s way: what is no number is said, what is one is asked for, and back', async (t) => {
  const house = await aPairPage(t)
  const own = await visit(house, tokenIn(await house.make()))
  const setPhone = async (phone: unknown, headers = {}) => {
    const answer = await post(house, `/pair/phone?v=${own.id}`, { phone }, { cookie: own.cookie, ...headers })
    return [answer.status, await answer.json()]
  }
  assert.deepEqual(await setPhone('11 99999-8888'), [422, { code: 'BAD_PHONE' }])
  assert.deepEqual(await setPhone(7), [400, { code: 'BAD_INPUT' }])
  assert.deepEqual(await setPhone('+55 11 99999-8888', { 'sec-fetch-site': 'cross-site' }), [403, { code: 'NOT_OURS' }])
  assert.deepEqual(await setPhone('+55 11 99999-8888'), [200, {}])
  house.world.answer = { paired: false, linkCode: 'ABCD-1234' }
  const look = async () => (await own.state()).body[1]?.look
  assert.deepEqual(await look(), { is: 'code', code: 'ABCD-1234', phone: '+5511999998888' })
  assert.deepEqual(house.asked.at(-1), ['id-vendas', { phone: '+5511999998888' }])
  assert.deepEqual(await setPhone(null), [200, {}])
  house.world.answer = aQr(1)
  assert.equal((await look())?.is, 'qr')
  assert.deepEqual(house.asked.at(-1), ['id-vendas', {}])
})

test('what is malformed is refused in few words, and everything else under /pair is not there', async (t) => {
  const house = await aPairPage(t)
  for (const path of ['/pair/', '/pair/x', '/pairs', '/pair/open', '/pair/phone', '/pair/__proto__'])
    assert.equal((await fetch(`${house.url}${path}`)).status, 404, path)
  for (const body of ['', '[]', 'null', '{', '{"token":7}', JSON.stringify({ token: 'x'.repeat(9_000) })])
    assert.equal((await fetch(`${house.url}/pair/open`, { method: 'POST', headers: OURS, body })).status, 401, body)
  assert.deepEqual(house.bugs, [])
  assert.deepEqual(house.warned, [])
})
