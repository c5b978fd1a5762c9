// The one owner of the terminal while the menu is open: raw keys in, whole screens out, and everything put back on
// every way out. Esc is heard at once (readline would wait half a second), Ctrl-C also while nothing is being asked.
import { PassThrough } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { ReadStream, WriteStream } from 'node:tty'

export type Ended = 'back' | 'leave' | 'again'

/** What is typed, for whoever listens now; aborted by Esc, Ctrl-C, or a change of the window's size. */
export interface Keys {
  readonly input: PassThrough
  readonly signal: AbortSignal
  end(why: Ended): void
  release(): void
}

export interface Size {
  columns: number
  rows: number
}

export interface Terminal {
  readonly output: WriteStream
  size(): Size
  write(text: string): void
  /** Only the newest listener hears; keys that nobody listens to are dropped. `resized`: instead of ending `again`. */
  listen(resized?: () => void): Keys
  close(): void
}

const ESC = '\x1b'
const CTRL_C = '\x03'
const CTRL_Z = '\x1a'
/** A key's escape sequence may come in two pieces over a slow line; a person's next key does not come that soon. */
const ESC_ALONE_AFTER_MS = 40
const OPEN = '\x1b[?1049h\x1b[H\x1b[2J\x1b[?25l'
const CLOSE = '\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l'

export function openTerminal(input: ReadStream, output: WriteStream): Terminal {
  const decoder = new StringDecoder('utf8')
  const listeners: { input: PassThrough; end(why: Ended): void; resized: (() => void) | undefined }[] = []
  let held = ''
  let timer: NodeJS.Timeout | undefined
  let isLeft = false
  let isClosed = false

  const leave = () => {
    isLeft = true
    listeners.at(-1)?.end('leave')
  }
  const back = () => {
    held = ''
    listeners.at(-1)?.end('back')
  }
  const pass = (text: string) => {
    const kept = text.replaceAll(CTRL_Z, '')
    if (kept !== '') listeners.at(-1)?.input.write(kept)
  }
  function take(chunk: Buffer) {
    clearTimeout(timer)
    let text = decoder.write(chunk)
    if (text.includes(CTRL_C)) return leave()
    if (held !== '') {
      if (/^[[O]/.test(text)) text = held + text
      else back()
      held = ''
    }
    if (text.endsWith(ESC)) {
      held = ESC
      timer = setTimeout(back, ESC_ALONE_AFTER_MS)
      text = text.slice(0, -1)
    }
    pass(text)
  }
  const resize = () => {
    const listener = listeners.at(-1)
    if (listener?.resized) listener.resized()
    else listener?.end('again')
  }
  function close() {
    if (isClosed) return
    isClosed = true
    clearTimeout(timer)
    input.off('data', take).off('end', leave)
    output.off('resize', resize)
    process.off('exit', close)
    if (input.isTTY) input.setRawMode(false)
    input.pause()
    output.write(CLOSE)
  }

  process.on('exit', close)
  if (input.isTTY) input.setRawMode(true)
  input.on('data', take).on('end', leave)
  input.resume()
  output.on('resize', resize)
  output.write(OPEN)
  return {
    output,
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    write: (text) => void output.write(text),
    listen(resized) {
      const controller = new AbortController()
      const listener = { input: new PassThrough(), end: (why: Ended) => controller.abort(why), resized }
      listeners.push(listener)
      if (isLeft) listener.end('leave')
      return {
        input: listener.input,
        signal: controller.signal,
        end: listener.end,
        release() {
          const at = listeners.indexOf(listener)
          if (at >= 0) listeners.splice(at, 1)
        },
      }
    },
    close,
  }
}
