// Pictures of the page behind a one-time link, for people to look at: every state of it, on a phone of 360 px and a screen of
// 1280, light and dark, in all languages. node scripts/run.mjs test/pair-page-pictures.ts DIRECTORY [language]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LANGUAGES } from '../src/core/languages.js'
import { aBrowser, type Page } from './a-browser.js'
import { type APairPage, aPairPage, aQr } from './a-pair-page.js'

const [dir = '/tmp/pair-page', only] = process.argv.slice(2)
const SIZES = [
  { width: 360, height: 740, isMobile: true, hasTouch: true },
  { width: 1280, height: 800 },
]
const visible = (id: string) => `!document.getElementById('${id}').hidden`

interface Scene {
  name: string
  set(house: APairPage): void
  play(page: Page, house: APairPage): Promise<unknown>
}

const waitFor = (page: Page, expression: string) => page.waitForFunction(expression, { timeout: 10_000 })
const open = async (page: Page) => {
  await waitFor(page, visible('welcome'))
  await page.click('#go')
}
const scan = async (page: Page) => {
  await open(page)
  await waitFor(page, visible('codes'))
  await page.click('#tab-scan')
}
const typed = async (page: Page) => {
  await open(page)
  await waitFor(page, visible('codes'))
  await page.click('#tab-type')
  await page.type('#number', '+55 11 99999-8888')
}

const SCENES: Scene[] = [
  { name: '1-welcome', set: () => undefined, play: (page) => waitFor(page, visible('welcome')) },
  {
    name: '2-scan',
    set: ({ world }) => void Object.assign(world, { answer: aQr(1) }),
    play: async (page) => {
      await scan(page)
      await waitFor(page, visible('qr'))
    },
  },
  { name: '3-preparing', set: ({ world }) => void Object.assign(world, { state: 'starting' }), play: scan },
  { name: '4-number', set: ({ world }) => void Object.assign(world, { answer: aQr(1) }), play: typed },
  {
    name: '5-bad-number',
    set: ({ world }) => void Object.assign(world, { answer: aQr(1) }),
    play: async (page) => {
      await typed(page)
      await page.evaluate(`document.getElementById('number').value = '11 99999'`)
      await page.click('#number-form button')
      await waitFor(page, `document.getElementById('number-word').textContent !== ''`)
    },
  },
  {
    name: '6-code',
    set: ({ world }) => void Object.assign(world, { answer: { paired: false, linkCode: 'K7QX-2MPD' } }),
    play: async (page) => {
      await typed(page)
      await page.click('#number-form button')
      await waitFor(page, visible('code'))
    },
  },
  {
    name: '7-refused',
    set: ({ world }) => void Object.assign(world, { answer: { paired: false, refused: true } }),
    play: async (page) => {
      await typed(page)
      await page.click('#number-form button')
      await waitFor(page, `/minut/.test(document.getElementById('code-for').textContent)`)
    },
  },
  {
    name: '8-paired',
    set: ({ world }) => void Object.assign(world, { answer: { paired: true } }),
    play: async (page) => {
      await open(page)
      await waitFor(page, visible('message'))
    },
  },
  {
    name: '9-stopped',
    set: ({ world }) => void Object.assign(world, { state: 'failed' }),
    play: async (page) => {
      await open(page)
      await waitFor(page, visible('message'))
    },
  },
  {
    name: '10-ended',
    set: ({ live }) => void live.links.takeBack('id-vendas' as never, 'pair'),
    play: async (page) => {
      await open(page)
      await waitFor(page, visible('message'))
    },
  },
]

async function main() {
  mkdirSync(dir, { recursive: true })
  const ends: (() => unknown)[] = []
  const t = { after: (work: () => unknown) => void ends.unshift(work) }
  try {
    const browser = await aBrowser(t)
    for (const language of LANGUAGES.filter((one) => only === undefined || one === only))
      for (const scene of SCENES)
        for (const size of SIZES)
          for (const scheme of ['light', 'dark']) {
            const house = await aPairPage(t)
            const { url } = await house.make(undefined, language)
            const context = await browser.createBrowserContext()
            const page = await context.newPage()
            await page.setViewport(size)
            await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
            scene.set(house)
            await page.goto(url)
            await scene.play(page, house)
            const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
            if (wide > size.width) console.error(`${language} ${scene.name}: ${wide} px wide at ${size.width}`)
            const path = join(dir, `${scene.name}-${size.width}-${scheme}-${language}.png`)
            await page.screenshot({ path, fullPage: true })
            await context.close()
          }
  } finally {
    for (const end of ends) await end()
  }
}

await main()
