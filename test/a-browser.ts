// The repository's own Chromium, for pages of ours: by the puppeteer that wppconnect brings, and with no way to the network.
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpackBrowser } from '../src/config/browser.js'
import { browserEnv } from '../src/config/browser-env.js'
import { endChromium } from '../src/kinds/whatsapp/chromium.js'

/** What the tests use of puppeteer, of whose types wppconnect gives away none. */
interface Puppeteer {
  launch(options: object): Promise<Browser>
}

export interface Browser {
  createBrowserContext(): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }>
  close(): Promise<void>
}

export interface Page {
  goto(url: string): Promise<unknown>
  reload(): Promise<unknown>
  url(): string
  click(selector: string): Promise<void>
  type(selector: string, text: string): Promise<void>
  /** The text of the expression's value. */
  evaluate<T>(expression: string): Promise<T>
  waitForFunction(expression: string, options?: { timeout: number }): Promise<unknown>
  setViewport(size: { width: number; height: number; hasTouch?: boolean; isMobile?: boolean }): Promise<void>
  setExtraHTTPHeaders(headers: Record<string, string>): Promise<void>
  emulateMediaFeatures(features: { name: string; value: string }[]): Promise<void>
  screenshot(options: { path?: string; fullPage?: boolean; encoding?: 'binary' }): Promise<Uint8Array>
  on(event: 'console' | 'pageerror' | 'request' | 'requestfailed', listener: (told: never) => void): void
  close(): Promise<void>
}

const bundled = process.platform === 'linux' && process.arch === 'x64'
export const real = { skip: bundled ? false : 'no bundled browser for this machine' }

/** The address that the pages stand at must be on 127.0.0.1. */
export async function aBrowser(t: { after(work: () => unknown): void }): Promise<Browser> {
  const unpacked = await unpackBrowser(join(import.meta.dirname, '..', '.build'))
  if (!unpacked) throw new Error('there is no browser for this machine')
  const profile = await mkdtemp(join(tmpdir(), 'frota-page-'))
  const ofWppconnect = createRequire(import.meta.resolve('@wppconnect-team/wppconnect'))
  const browser = await (ofWppconnect('puppeteer') as Puppeteer).launch({
    executablePath: unpacked.path,
    headless: 'shell',
    pipe: true,
    userDataDir: profile,
    env: browserEnv(unpacked, profile),
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE 127.0.0.1'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  t.after(async () => {
    await browser.close()
    await endChromium(profile)
    await rm(profile, { recursive: true, force: true })
  })
  return browser
}
