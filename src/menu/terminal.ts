// The one owner of the terminal while the menu is open: raw keys in, whole screens out, and everything put back on
// every way out. Ctrl-C is heard also while nothing is being asked.
import { PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { isHungUp } from '../cli/interrupt.js'
import { openTyped, TELL_PASTES } from './typed.js'

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

const OPEN = `\x1b[?1049h\x1b[H\x1b[2J\x1b[?25l${TELL_PASTES.on}`
const CLOSE = `${TELL_PASTES.off}\x1b[?7h\x1b[0m\x1b[?25h\x1b[?1049l`

export function openTerminal(input: ReadStream, output: WriteStream): Terminal {
  const listeners: { input: PassThrough; end(why: Ended): void; resized: (() => void) | undefined }[] = []
  let isLeft = false
  let isClosed = false

  const leave = () => {
    isLeft = true
    listeners.at(-1)?.end('leave')
  }
  const typed = openTyped({
    text: (text) => void listeners.at(-1)?.input.write(text),
    esc: () => listeners.at(-1)?.end('back'),
    ctrlC: leave,
  })
  const resize = () => {
    const listener = listeners.at(-1)
    if (listener?.resized) listener.resized()
    else listener?.end('again')
  }
  const failed = (error: Error) => {
    if (!isHungUp(error)) throw error
    leave()
  }
  function close() {
    if (isClosed) return
    isClosed = true
    typed.close()
    input.off('data', typed.take).off('end', leave)
    output.off('resize', resize)
    process.off('exit', close)
    setRawMode(input, false)
    input.pause()
    output.write(CLOSE)
  }

  process.on('exit', close)
  setRawMode(input, true)
  input.on('data', typed.take).on('end', leave).on('error', failed)
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

function setRawMode(input: ReadStream, on: boolean) {
  try {
    if (input.isTTY) input.setRawMode(on)
  } catch (thrown) {
    if (!isHungUp(thrown)) throw thrown // a window that was closed has nothing to put back
  }
}
