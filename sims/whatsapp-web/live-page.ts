// One open page of web.whatsapp.com: a stream of events to it, and the codes it shows while nobody is logged in.
//
//   unpaired (QR codes change, or a link code waits) → paired ⇄ conflict (another page uses the login)
import type { ServerResponse } from 'node:http'
import type { Account, Device } from './account.js'
import { linkCode, qrCodes, qrPicture } from './codes.js'
import type { PageEvent } from './protocol.js'

export interface CodeTimes {
  firstQrMs: number
  nextQrMs: number
  linkCodeMs: number
}

/** A link code renews itself this often; then a person must ask again, as in the real page. */
const LINK_CODE_RENEWALS = 5

export class LivePage {
  readonly id: string
  readonly #stream: ServerResponse
  readonly #times: CodeTimes
  login: { account: Account; device: Device } | null = null
  /** Somebody in the page wants messages as events. */
  listening = false
  /** Up to here messages went down the stream; whether they were read there, the page confirms. */
  toldUpTo = 0
  conflict = false
  qr: string | null = null
  link: { phone: string; code: string } | null = null
  #qrTimer: NodeJS.Timeout | undefined
  #linkTimer: NodeJS.Timeout | undefined

  constructor(id: string, stream: ServerResponse, times: CodeTimes) {
    this.id = id
    this.#stream = stream
    this.#times = times
  }

  tell(event: PageEvent) {
    this.#stream.write(`data: ${JSON.stringify(event)}\n\n`)
  }

  showCodes() {
    const next = qrCodes()
    const show = (validMs: number) => {
      this.qr = next()
      this.tell({ type: 'qr', code: this.qr, ...qrPicture(this.qr) })
      this.#qrTimer = setTimeout(show, validMs, this.#times.nextQrMs)
    }
    show(this.#times.firstQrMs)
  }

  /** Asking again for the same number gives the same code, unless a fresh one is wanted. */
  showLinkCode(phone: string, fresh: boolean): string {
    if (!fresh && this.link?.phone === phone) return this.link.code
    return this.#newLinkCode(phone, LINK_CODE_RENEWALS)
  }

  #newLinkCode(phone: string, renewals: number): string {
    clearTimeout(this.#linkTimer)
    const link = { phone, code: linkCode() }
    this.link = link
    this.#linkTimer = setTimeout(() => {
      this.link = null
      if (renewals === 0) this.tell({ type: 'link-code-expired' })
      else this.tell({ type: 'link-code', code: this.#newLinkCode(phone, renewals - 1) })
    }, this.#times.linkCodeMs)
    return link.code
  }

  hideCodes() {
    clearTimeout(this.#qrTimer)
    clearTimeout(this.#linkTimer)
    this.qr = null
    this.link = null
  }

  close() {
    this.hideCodes()
    this.#stream.end()
  }
}
