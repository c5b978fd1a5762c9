// A stand-in for WhatsApp Web: one HTTPS page that real Chromium with real wppconnect takes for it, for any number of
// sessions at once, and an HTTP control API. Point a browser at it with
//   --host-resolver-rules=MAP web.whatsapp.com:443 127.0.0.1:PORT --ignore-certificate-errors
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { generate } from 'selfsigned'
import { listen, reporting } from '../listen.js'
import { serveControl } from './control.js'
import { Exchange } from './exchange.js'
import type { CodeTimes } from './live-page.js'
import { servePage } from './page-server.js'
import { keptPhones } from './state-file.js'

export interface WhatsappSimOptions {
  /** Of the page; 0 or absent: any free one. */
  port?: number
  /** Of the control API; 0 or absent: any free one. */
  controlPort?: number
  host?: '127.0.0.1'
  /** Phones, logins and messages outlive the sim in this file. */
  stateFile?: string
  /** How long codes are valid. */
  codes?: Partial<CodeTimes>
}

export interface WhatsappSim {
  /** `https://127.0.0.1:PORT` */
  endpoint: string
  /** `http://127.0.0.1:PORT` */
  controlUrl: string
  close(): Promise<void>
}

/** As on web.whatsapp.com: the first QR code a minute, the next 20 s each. */
const CODE_TIMES: CodeTimes = { firstQrMs: 60_000, nextQrMs: 20_000, linkCodeMs: 195_000 }

export async function startWhatsappSim(options: WhatsappSimOptions = {}): Promise<WhatsappSim> {
  const host = options.host ?? '127.0.0.1'
  const kept = keptPhones(options.stateFile)
  const exchange = new Exchange(kept.phones, { ...CODE_TIMES, ...options.codes }, kept.changed)
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'web.whatsapp.com' }], { keyType: 'ec' })
  const pages = await listen(
    createHttpsServer({ key, cert }, reporting('whatsapp', servePage(exchange))),
    options.port ?? 0,
    host,
  )
  const control = await listen(
    createHttpServer(reporting('whatsapp', serveControl(exchange))),
    options.controlPort ?? 0,
    host,
  ).catch(async (error: unknown) => {
    await pages.close()
    throw error
  })
  return {
    endpoint: `https://${host}:${pages.port}`,
    controlUrl: `http://${host}:${control.port}`,
    close: async () => {
      await Promise.all([pages.close(), control.close()])
      for (const page of exchange.pages()) page.close()
      kept.close()
    },
  }
}
