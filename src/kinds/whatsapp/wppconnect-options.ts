// What wppconnect is given when a browser is opened. Everything is said, as its own choices change from version to version.
import type { CreateConfig } from '@wppconnect-team/wppconnect'
import { browserEnv } from '../../config/browser-env.js'
import { messageOf } from '../../core/errors.js'
import { chromiumFlags } from './browser-flags.js'
import type { EngineOptions } from './engine.js'

export function createOptions(options: EngineOptions, onStatus: (status: string) => void) {
  const { browser, profile, on } = options
  return {
    session: 'whatsapp',
    headless: 'shell',
    devtools: false,
    useChrome: false,
    debug: false,
    logQR: false,
    disableWelcome: true,
    updatesLog: false,
    autoClose: 0,
    deviceSyncTimeout: 0,
    waitForLogin: false,
    // The live version. The type forbids what the documentation asks for.
    whatsappVersion: null as unknown as string,
    deviceName: false,
    disableGoogleAnalytics: true,
    // New objects each time: the library writes into them.
    browserArgs: chromiumFlags({ sandbox: browser.sandbox, endpoint: options.endpoint }),
    puppeteerOptions: {
      executablePath: browser.path,
      userDataDir: profile,
      env: browserEnv(browser, profile),
      // With a pipe Chromium ends when we do, even by `kill -9`.
      pipe: true,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: 30_000,
      protocolTimeout: 30_000,
      defaultViewport: { width: 800, height: 600 },
    },
    logger: quietLogger(options) as unknown as NonNullable<CreateConfig['logger']>,
    catchQR: (_png: string, _ascii: string, _attempt: number, code?: string) => {
      if (code) on.qr(code)
    },
    catchLinkCode: on.linkCode,
    statusFind: onStatus,
    ...(options.phone === null ? {} : { phoneNumber: options.phone }),
  } satisfies CreateConfig & Record<string, unknown>
}

/** Its log tells of codes and ids now and then: long words are cut out. Trouble with a link code is told here alone. */
function quietLogger({ log, on }: EngineOptions) {
  const write = (entry: unknown) => {
    const text = messageOf(entry)
    const trouble = /^Login by code (failed: .*|expired)/.exec(text)?.[1]
    if (trouble !== undefined) on.linkTrouble(trouble)
    log(text.replace(/[\w+/=@,.-]{40,}/g, '…').slice(0, 300))
  }
  return { log: write, error: write, warn: write, info: write, http: write, verbose: write, debug: write, silly: write }
}
