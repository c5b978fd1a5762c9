// Real wppconnect in real Chromium, pointed at the WhatsApp sim; one profile folder each. For the sim's own tests.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Message, Whatsapp } from '@wppconnect-team/wppconnect'
import { unpackBrowser } from '../src/config/browser.js'

const BUILD = join(import.meta.dirname, '..', '.build')

const CLOSE_WITHIN_MS = 5_000

/** Of browsers that are gone: nothing to act on. */
const pipeErrors: Error[] = []

export interface Client {
  whatsapp: Whatsapp
  qrCodes: { code: string; attempt: number; png: string }[]
  linkCodes: string[]
  statuses: string[]
  states: string[]
  /** Others' messages; then everything, ours included. */
  messages: Message[]
  anyMessages: Message[]
  acks: { id: { _serialized: string }; ack: number }[]
  /** Its listeners are in the page, and it knows whether it is logged in: before, it misses what happens. */
  attached(): Promise<void>
  close(): Promise<void>
  kill(): Promise<void>
}

export async function openClient(options: {
  endpoint: string
  profile: string
  phoneNumber?: string
}): Promise<Client> {
  const browser = await unpackBrowser(BUILD)
  if (!browser) throw new Error('no browser for this machine')
  const wppconnect = createRequire(import.meta.url)('@wppconnect-team/wppconnect')
  wppconnect.defaultLogger.transports.forEach((transport: { silent: boolean }) => {
    transport.silent = true
  })
  const seen = {
    qrCodes: [],
    linkCodes: [],
    statuses: [],
    states: [],
    messages: [],
    anyMessages: [],
    acks: [],
  } as Pick<Client, 'qrCodes' | 'linkCodes' | 'statuses' | 'states' | 'messages' | 'anyMessages' | 'acks'>
  const port = new URL(options.endpoint).port
  const whatsapp: Whatsapp = await wppconnect.create({
    session: 'test',
    catchQR: (png: string, _ascii: string, attempt: number, code: string) => seen.qrCodes.push({ code, attempt, png }),
    catchLinkCode: (code: string) => seen.linkCodes.push(code),
    ...(options.phoneNumber === undefined ? {} : { phoneNumber: options.phoneNumber }),
    statusFind: (status: string) => seen.statuses.push(status),
    headless: 'shell',
    useChrome: false,
    logQR: false,
    disableWelcome: true,
    updatesLog: false,
    autoClose: 0,
    deviceSyncTimeout: 0,
    waitForLogin: false,
    whatsappVersion: null,
    browserArgs: [
      '--no-sandbox',
      '--ignore-certificate-errors',
      `--host-resolver-rules=MAP web.whatsapp.com:443 127.0.0.1:${port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1`,
    ],
    puppeteerOptions: {
      executablePath: browser.path,
      userDataDir: options.profile,
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      ...(browser.libs ? { env: { LD_LIBRARY_PATH: browser.libs } } : {}),
    },
  })
  whatsapp.onMessage((message: Message) => seen.messages.push(message))
  whatsapp.onAnyMessage((message: Message) => seen.anyMessages.push(message))
  whatsapp.onAck((ack) => seen.acks.push(ack as never))
  whatsapp.onStateChange((state) => seen.states.push(state))
  const chromium = whatsapp.page.browser().process()
  // puppeteer stops listening to its pipes when it closes them; a Chromium that goes with something unread resets them.
  for (const pipe of chromium?.stdio ?? []) pipe?.on('error', (error: Error) => pipeErrors.push(error))
  const isGone = () => !chromium || chromium.exitCode !== null || chromium.signalCode !== null
  const kill = async () => {
    const gone = isGone() || new Promise((resolve) => chromium?.once('exit', resolve))
    chromium?.kill('SIGKILL')
    await gone
    whatsapp.page.emit('close', undefined) // ends wppconnect's timers, which only a page's own end would
  }
  return {
    whatsapp,
    ...seen,
    attached: async () => {
      await until('a state', () => seen.states.length > 0)
      // Its last question to the page is on the way now: what is asked after an answer comes after it.
      for (let turn = 0; turn < 2; turn++) await whatsapp.page.evaluate('0')
    },
    close: async () => {
      if (!isGone()) await Promise.race([whatsapp.close(), sleep(CLOSE_WITHIN_MS, undefined, { ref: false })])
      await kill()
    },
    kill,
  }
}

/** Until it holds: waits on real processes have no better bell. */
export async function until<T>(what: string, read: () => T | Promise<T>, timeoutMs = 90_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await read()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await sleep(50)
  }
}
