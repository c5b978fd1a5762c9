// The page behind `frota pair --link` in a real browser, as the end customer has it: gateway, credentials, guests and links
// are the real ones, the session is the test's own.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PNG } from 'pngjs'
import { LANGUAGES, type Language } from '../src/core/languages.js'
import { LINK_VALID_MS } from '../src/core/one-time-links.js'
import type { Door } from '../src/services/gateway/door.js'
import { PAIR_TEXTS } from '../src/services/gateway/pair/texts.js'
import { aBrowser, type Browser, type Page, real } from './a-browser.js'
import { type APairPage, aPairPage, aQr, tokenIn } from './a-pair-page.js'
import { read } from './terminal-qr.js'

const PHONE = { width: 360, height: 740, isMobile: true, hasTouch: true }
const DESK = { width: 1280, height: 800 }

const ends: (() => unknown)[] = []
let browser: Browser
before(async () => {
  if (!real.skip) browser = await aBrowser({ after: (work) => void ends.push(work) })
})
after(async () => {
  for (const end of ends) await end()
})

/** A browser of its own: no cookie of another's. What it asks for and complains of is kept. */
async function aVisitor(t: { after(work: () => unknown): void }, size: Parameters<Page['setViewport']>[0] = DESK) {
  const context = await browser.createBrowserContext()
  t.after(() => context.close())
  const page = await context.newPage()
  await page.setViewport(size)
  const requests: { url: string; referrer: string | undefined }[] = []
  const complaints: string[] = []
  page.on('request', (request: { url(): string; headers(): Record<string, string> }) =>
    requests.push({ url: request.url(), referrer: request.headers().referer }),
  )
  page.on('console', (message: { type(): string; text(): string }) => {
    // A refusal that the page expects is a line of the browser's own.
    if (!/status of 4\d\d/.test(message.text())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error: Error) => complaints.push(String(error)))
  const isShown = (id: string) => page.evaluate<boolean>(`!document.getElementById('${id}').hidden`)
  const sees = (expression: string) => page.waitForFunction(expression, { timeout: 20_000 })
  return {
    page,
    requests,
    complaints,
    isShown,
    sees,
    shows: (id: string) => sees(`!document.getElementById('${id}').hidden`),
    says: (id: string, text: string) =>
      sees(`document.getElementById('${id}').textContent === ${JSON.stringify(text)}`),
    cookies: () => page.evaluate<string>('document.cookie'),
    async opens({ url }: { url: string }) {
      await page.goto(url)
      await this.shows('welcome')
      await page.click('#go')
    },
    /** What a phone's camera reads off the screen. */
    async scans(): Promise<string | undefined> {
      const { data, width, height } = PNG.sync.read(Buffer.from(await page.screenshot({})))
      return read(new Uint8ClampedArray(data), width, height)
    },
  }
}

const codeOf = (n: number) => (aQr(n).qr as { code: string }).code
const showing = ({ world }: APairPage, n: number) => void Object.assign(world, { answer: aQr(n) })

describe('the page', { concurrency: true }, () => {
  test(
    'a customer opens the link, scans a code that renews itself, and is told that it is connected',
    real,
    async (t) => {
      const house = await aPairPage(t)
      showing(house, 1)
      const link = await house.make(undefined, 'pt-BR')
      const visitor = await aVisitor(t)
      const { page } = visitor
      await page.goto(link.url)
      await visitor.shows('welcome')
      assert.deepEqual(house.asked, [], 'nothing before the click')
      await page.click('#go')
      await visitor.shows('qr')
      assert.equal(await visitor.scans(), codeOf(1))
      assert.equal(
        await page.evaluate("document.getElementById('whose').textContent"),
        'Padaria São João · Atendimento',
      )

      const address = page.url()
      assert.match(address, /\/pair\?v=[0-9a-f]{12}&lang=pt-BR$/)
      assert.equal(await visitor.cookies(), '', 'no script reads it')
      const first = await page.evaluate<string>("document.getElementById('qr').src")
      showing(house, 2)
      await visitor.sees(`document.getElementById('qr').src !== ${JSON.stringify(first)}`)
      assert.equal(await visitor.scans(), codeOf(2))

      await page.reload()
      await visitor.shows('qr')
      Object.assign(house.world, { answer: { paired: true } })
      await visitor.says('message-title', PAIR_TEXTS['pt-BR'].pairedTitle)
      await page.reload()
      await visitor.says('message-title', PAIR_TEXTS['pt-BR'].pairedTitle)

      for (const { url, referrer } of visitor.requests) {
        assert.ok(url.startsWith(house.url) || url.startsWith('data:'), `from elsewhere: ${url}`)
        assert.ok(!url.includes(tokenIn(link)) || url === link.url, `the secret went out: ${url}`)
        assert.ok(!referrer)
      }
      assert.deepEqual(visitor.complaints, [])
      const late = await aVisitor(t)
      await late.opens(link)
      await late.says('message-title', PAIR_TEXTS['pt-BR'].endedTitle)
    },
  )

  test(
    'a link that was forwarded opens in one browser only; the other is told so and never asks again',
    real,
    async (t) => {
      const house = await aPairPage(t)
      showing(house, 1)
      const link = await house.make()
      const [one, two] = [await aVisitor(t), await aVisitor(t)]
      await one.opens(link)
      await one.shows('qr')
      await two.opens(link)
      await two.says('message-title', PAIR_TEXTS.en.takenTitle)
      await two.page.goto(one.page.url())
      await two.says('message-title', PAIR_TEXTS.en.endedTitle)
      assert.equal(await two.isShown('qr'), false)
      await one.opens(link)
      await one.shows('qr')
      Object.assign(house.world, { nowMs: house.world.nowMs + LINK_VALID_MS })
      await one.says('message-title', PAIR_TEXTS.en.endedTitle)
    },
  )

  test('on a phone the way is a code to type, in every language, and nothing is wider than 360 px', real, async (t) => {
    const inLanguage = async (language: Language) => {
      const house = await aPairPage(t)
      showing(house, 1)
      const visitor = await aVisitor(t, PHONE)
      const { page } = visitor
      const texts = PAIR_TEXTS[language]
      const fits = async (what: string) =>
        assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 360, `${language}: ${what}`)
      await page.setExtraHTTPHeaders({ 'accept-language': language })
      await page.goto((await house.make()).url)
      await visitor.shows('welcome')
      assert.equal(await page.evaluate('document.documentElement.lang'), language)
      await fits('welcome')
      await page.click('#go')
      await visitor.shows('number-form')
      await page.type('#number', '11 99999-8888')
      await page.click('#number-form button')
      await visitor.says('number-word', texts.badNumber)
      await fits('a number that is none')
      await page.evaluate("document.getElementById('number').value = '+55 11 99999-8888'")
      await page.click('#number-form button')
      await visitor.says('code-for', texts.asking.replace('{phone}', '+5511999998888'))
      Object.assign(house.world, { answer: { paired: false, linkCode: 'K7QX-2MPD' } })
      await visitor.says('code', 'K7QX-2MPD')
      await fits('a code')
      Object.assign(house.world, { state: 'starting', answer: { paired: false } })
      await visitor.says('word', texts.linking)
      Object.assign(house.world, { state: 'pairing', answer: aQr(3) })
      await page.click('#tab-scan')
      await visitor.shows('qr')
      await fits('a QR code')
      assert.equal(await visitor.scans(), codeOf(3))
      assert.deepEqual(visitor.complaints, [])
    }
    await Promise.all(LANGUAGES.map(inLanguage))
  })

  test(
    'the language can be changed at any time; a supervisor that is away is waited for; a stopped session goes on',
    real,
    async (t) => {
      const house = await aPairPage(t)
      showing(house, 1)
      const visitor = await aVisitor(t)
      const { page } = visitor
      const switchTo = (language: string) => page.click(`nav a[lang="${language}"]`)
      await page.goto((await house.make()).url)
      await visitor.shows('welcome')
      await switchTo('es')
      await visitor.sees("document.documentElement.lang === 'es' && !document.getElementById('welcome').hidden")
      await page.click('#go')
      await visitor.shows('qr')
      await switchTo('pt-BR')
      await visitor.sees("document.documentElement.lang === 'pt-BR' && !document.getElementById('qr').hidden")
      house.world.isSupervisorAway = true
      await visitor.says('word', PAIR_TEXTS['pt-BR'].away)
      house.world.isSupervisorAway = false
      await visitor.says('word', '')
      house.world.state = 'stopped'
      await visitor.says('message-title', PAIR_TEXTS['pt-BR'].stoppedTitle)
      house.world.state = 'pairing'
      await visitor.shows('qr')
      assert.deepEqual(visitor.complaints, [])
    },
  )

  test(
    'without a link there is nothing to see; where a proxy keeps events back, the page asks instead',
    real,
    async (t) => {
      const heldBack: Door = {
        find: (_, url) => (url.startsWith('/pair/events') ? () => new Promise(() => undefined) : null),
      }
      const house = await aPairPage(t, { more: [heldBack] })
      showing(house, 1)
      const visitor = await aVisitor(t)
      await visitor.page.goto(`${house.url}/pair`)
      await visitor.says('message-title', PAIR_TEXTS.en.emptyTitle)
      await visitor.opens(await house.make())
      await visitor.shows('qr')
      Object.assign(house.world, { answer: { paired: true } })
      await visitor.says('message-title', PAIR_TEXTS.en.pairedTitle)
      assert.deepEqual(visitor.complaints, [])
    },
  )
})
