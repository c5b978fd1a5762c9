// Where the code is shown: drawn in place on a terminal, line by line elsewhere, a picture with --png, JSON Lines with
// --json. The drawing is on the alternate screen, so that no code stays in the scrollback.

import { plain } from '../core/plain-text.js'
import type { Cli } from './cli.js'
import { steer, writeOut } from './output.js'
import type { drawQr, writeQrPng } from './qr.js'

export interface PairScreen {
  qr(code: string, attempt: number): Promise<void>
  linkCode(code: string): void
  /** How it goes, while there is no code. */
  word(text: string): void
  close(): void
}

const HOW = 'WhatsApp → Linked devices → Link a device'
const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'
const RESERVED_ROWS = 1

export function openPairScreen(cli: Cli, ref: string, png: string | undefined, phone: string | null): PairScreen {
  const once = openOnce()
  const word = (text: string) => once(text) && !cli.json && cli.note(`${ref}  ${plain(text)}`)
  const linkCode = (code: string) =>
    once(code) &&
    cli.printLine(
      { type: 'link-code', code },
      `Type this code on the phone ${phone} (${HOW} → with phone number): ${code}`,
    )
  if (cli.json) {
    const qr = async (code: string, attempt: number) => {
      if (!once(code)) return
      if (png !== undefined) await (await load()).writeQrPng(code, png)
      cli.printLine({ type: 'qr', code, attempt }, '')
    }
    return { qr, linkCode, word, close: () => undefined }
  }
  if (png !== undefined) {
    const qr = async (code: string, attempt: number) => {
      if (!once(code)) return
      await (await load()).writeQrPng(code, png)
      cli.note(`${ref}  QR code ${attempt} is in ${png}. ${HOW}`)
    }
    return { qr, linkCode, word, close: () => undefined }
  }
  const { hasSextants } = cli.doors.config().terminal
  return process.stdout.isTTY
    ? inPlace({ ref, hasSextants, word, linkCode })
    : lineByLine({ cli, once, word, linkCode })
}

const load = (): Promise<{ drawQr: typeof drawQr; writeQrPng: typeof writeQrPng }> => import('./qr.js')

interface Parts {
  ref: string
  hasSextants: boolean
  word(text: string): void
  linkCode(code: string): void
}

function inPlace({ ref, hasSextants, word, linkCode }: Parts): PairScreen {
  let drawn: { code: string; attempt: number } | null = null
  let draw: typeof drawQr | undefined
  let isOpen = false
  const leave = () => {
    if (isOpen) steer(LEAVE)
    isOpen = false
  }
  const paint = () => {
    if (!drawn || !draw) return
    if (!isOpen) steer(ENTER)
    isOpen = true
    const { columns, rows } = process.stdout
    const title = `${ref}  code ${drawn.attempt}   ${HOW}   (Ctrl-C ends)`
    steer('\x1b[H\x1b[2J')
    // At a terminal a line break also goes back to the left.
    writeOut(screenOf(draw, drawn.code, title, { columns, rows, sextants: hasSextants }).join('\n'))
  }
  process.on('exit', leave)
  process.stdout.on('resize', paint)
  return {
    async qr(code, attempt) {
      draw ??= (await load()).drawQr
      if (drawn?.code === code) return
      drawn = { code, attempt }
      paint()
    },
    linkCode(code) {
      drawn = null
      leave()
      linkCode(code)
    },
    word(text) {
      drawn = null // whatever was on the screen is no longer valid
      leave()
      word(text)
    },
    close() {
      leave()
      process.off('exit', leave)
      process.stdout.off('resize', paint)
    },
  }
}

/** The code under its title; when it does not fit, what to do about it. */
export function screenOf(
  draw: typeof drawQr,
  code: string,
  title: string,
  room: { columns: number; rows: number; sextants: boolean },
): string[] {
  const { columns, rows } = room
  const found = draw(code, { ...room, reserveRows: RESERVED_ROWS })
  if (!found.tooSmall) return [title.slice(0, columns), ...found.lines]
  return [
    `The code needs ${found.needs.columns} columns and ${found.needs.rows} rows; this window has ${columns} and ${rows}.`,
    'Enlarge it or make its letters smaller (in a browser: Ctrl and −), or end this (Ctrl-C) and use --link, --png FILE or --phone NUMBER.',
  ]
}

/** Not a terminal: a log, a pipe. Each code once, in whatever size it has. */
function lineByLine({
  cli,
  once,
  word,
  linkCode,
}: Pick<Parts, 'word' | 'linkCode'> & { cli: Cli; once: Once }): PairScreen {
  return {
    async qr(code, attempt) {
      if (!once(code)) return
      const { drawQr: draw } = await load()
      const found = draw(code, { columns: 200, rows: 200, sextants: false })
      if (found.tooSmall) throw new Error('a QR code larger than 200 cells')
      cli.note(`Code ${attempt}. ${HOW}`)
      cli.printLine(null, found.lines.join('\n'))
    },
    linkCode,
    word,
    close: () => undefined,
  }
}

type Once = (text: string) => boolean

/** Whether this text is not the one before. */
function openOnce(): Once {
  let before: string | undefined
  return (text) => {
    if (text === before) return false
    before = text
    return true
  }
}
