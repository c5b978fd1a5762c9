// Raw bytes → what a person typed: letters and keys whole, Esc heard at once (readline would wait half a second), a
// pasted text as one line of text, whatever is in it. Nothing that is pasted presses a key.
import { StringDecoder } from 'node:string_decoder'

export interface Typed {
  /** Letters, and keys as escape sequences. */
  text(text: string): void
  esc(): void
  ctrlC(): void
}

const ESC = '\x1b'
const CTRL_C = '\x03'
const CTRL_Z = '\x1a'
const PASTE = '\x1b[200~'
const PASTE_END = '\x1b[201~'
/** What asks a terminal to tell a paste from typing; most do. */
export const TELL_PASTES = { on: '\x1b[?2004h', off: '\x1b[?2004l' }
/** A key's escape sequence may come in two pieces over a slow line; a person's next key does not come that soon. */
const ESC_ALONE_AFTER_MS = 40
/** The begin of a sequence at the end of a piece. */
const BEGUN = new RegExp(`${ESC}(\\[[\\d;]*|O)?$`)
const SEQUENCE_GOES_ON = /^[[O]/

export function openTyped(to: Typed): { take(bytes: Buffer): void; close(): void } {
  const decoder = new StringDecoder('utf8')
  /** A sequence that has begun. */
  let held = ''
  /** Pasted so far; null: nothing is being pasted. */
  let pasted: string | null = null
  let timer: NodeJS.Timeout | undefined

  const letGo = () => {
    const begun = held
    held = ''
    if (begun === ESC) to.esc()
    else if (begun !== '') to.text(begun)
  }
  const pass = (text: string) => {
    const kept = text.replaceAll(CTRL_Z, '')
    if (kept !== '') to.text(kept)
  }

  return {
    take(bytes) {
      clearTimeout(timer)
      let text = decoder.write(bytes)
      if (text.includes(CTRL_C)) {
        held = ''
        pasted = null
        return to.ctrlC()
      }
      if (held === ESC && !SEQUENCE_GOES_ON.test(text)) letGo()
      text = held + text
      held = ''
      for (;;) {
        if (pasted !== null) {
          const all: string = pasted + text
          const end = all.indexOf(PASTE_END)
          pasted = end < 0 ? all : null
          if (end < 0) return
          pass(asLine(all.slice(0, end)))
          text = all.slice(end + PASTE_END.length)
        }
        const start = text.indexOf(PASTE)
        if (start < 0) break
        pass(text.slice(0, start))
        pasted = ''
        text = text.slice(start + PASTE.length)
      }
      held = BEGUN.exec(text)?.[0] ?? ''
      if (held !== '') timer = setTimeout(letGo, ESC_ALONE_AFTER_MS)
      pass(text.slice(0, text.length - held.length))
    },
    close: () => clearTimeout(timer),
  }
}

/** A newline at its end would be Enter; one within it is a blank. */
const asLine = (pasted: string) =>
  pasted
    .replace(/^[\r\n]+|[\r\n]+$/g, '')
    .replace(/[\r\n\t]+/g, ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\x00-\x1f\x7f]/g, '')
