// A screen that goes on by itself: brought up to date every second, drawn in place, moved in by keys. It is no prompt of
// inquirer's: those erase all their lines before they write them again, which flickers once a second, and begin below what
// stands already, while this one owns the whole window.
import { emitKeypressEvents } from 'node:readline'
import { messageOf } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import { type Frame, heading, type Page, redrawScreen } from './page.js'
import { BACK, type Back, Leave } from './prompts.js'
import type { Size, Terminal } from './terminal.js'

export interface Key {
  /** `up`, `return`, `pagedown`, `a` … */
  name: string
  /** The letter that it writes, if it writes one. */
  letter: string | null
}

export interface LiveView<T> {
  page: Page
  hint: string | ((columns: number) => string)
  load(): Promise<void>
  /** Exactly what fits: `size.rows` lines at most. */
  draw(size: Size): string[]
  /** An answer ends the view; undefined draws it again. */
  onKey?(key: Key, size: Size): T | undefined
  /** Asked after every load. */
  isOver?(): T | undefined
  everyMs?: number
  /** Given a way to be loaded and drawn at once. */
  opened?(refresh: () => void): void
}

const EVERY_MS = 1_000
/** In a window with fewer rows there are no blank ones. */
const ROWS_FOR_BLANKS = 20
const NO_WRAP = '\x1b[?7l'
const WRAP = '\x1b[?7h'

export async function live<T>(terminal: Terminal, frame: Frame, view: LiveView<T>): Promise<T | Back> {
  let problem: string | null = null
  let room: Size = terminal.size()
  let drawn: string[] | null = null
  const draw = () => {
    const { columns, rows } = terminal.size()
    const top = heading(
      view.page,
      problem === null ? frame : { ...frame, notice: { kind: 'error', text: problem } },
      columns,
    )
    const head = rows < ROWS_FOR_BLANKS ? top.filter((line) => line !== '') : top
    room = { columns: columns - 1, rows: Math.max(1, rows - head.length - 1) }
    const hint = typeof view.hint === 'string' ? view.hint : view.hint(columns - 1)
    drawn = redrawScreen(terminal, [...head, ...view.draw(room).slice(0, room.rows)], hint, drawn)
  }
  const drawAnew = () => {
    drawn = null
    draw()
  }
  const load = async () => {
    try {
      await view.load()
      problem = null
    } catch (thrown) {
      problem = plain(messageOf(thrown))
    }
  }
  const keys = terminal.listen(drawAnew)
  emitKeypressEvents(keys.input)
  let timer: NodeJS.Timeout | undefined
  terminal.write(NO_WRAP)
  try {
    return await new Promise<T | Back>((resolve, reject) => {
      const settle = (answer: T | undefined) => (answer === undefined ? draw() : resolve(answer))
      keys.signal.addEventListener('abort', () =>
        keys.signal.reason === 'leave' ? reject(new Leave()) : resolve(BACK),
      )
      if (keys.signal.aborted) return reject(new Leave())
      const guarded = (act: () => void) => {
        try {
          act()
        } catch (thrown) {
          reject(thrown)
        }
      }
      keys.input.on('keypress', (typed: string | undefined, key: { name?: string; ctrl?: boolean; meta?: boolean }) => {
        frame.notice = null // it has been read
        if (key.ctrl && key.name === 'l') return guarded(drawAnew)
        const letter = typed !== undefined && !key.ctrl && !key.meta && /^[^\p{Cc}]$/u.test(typed) ? typed : null
        guarded(() => settle(view.onKey?.({ name: key.name ?? typed ?? '', letter }, room)))
      })
      let looks = 0
      const again = async () => {
        const look = ++looks
        clearTimeout(timer)
        await load()
        if (keys.signal.aborted || look !== looks) return
        guarded(() => settle(view.isOver?.()))
        timer = setTimeout(() => void again(), view.everyMs ?? EVERY_MS)
      }
      draw()
      view.opened?.(() => void again())
      void again()
    })
  } finally {
    clearTimeout(timer)
    timer = undefined
    keys.end('back') // a load on its way draws nothing any more
    keys.release()
    frame.notice = null
    terminal.write(WRAP)
  }
}

/** A list longer than its window: which line is chosen, and which is the first one seen. */
export interface Scroll {
  at: number
  top: number
}

export function move(scroll: Scroll, key: Pick<Key, 'name'>, count: number, window: number): void {
  const steps: Record<string, number> = {
    up: -1,
    down: 1,
    pageup: -window,
    pagedown: window,
    home: -count,
    end: count,
  }
  scroll.at = Math.max(0, Math.min(count - 1, scroll.at + (steps[key.name] ?? 0)))
  show(scroll, count, window)
}

/** Keeps the chosen line in the window. */
export function show(scroll: Scroll, count: number, window: number): void {
  scroll.at = Math.max(0, Math.min(count - 1, scroll.at))
  scroll.top = Math.max(0, Math.min(scroll.top, scroll.at, count - window))
  if (scroll.at >= scroll.top + window) scroll.top = scroll.at - window + 1
}
