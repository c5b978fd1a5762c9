// Every question that the menu asks. Esc answers BACK, Ctrl-C leaves the menu; a new size draws the question again with
// what was typed so far.
import { messageOf } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import { messages as m } from './messages.js'
import { drawScreen, type Frame, heading, type Notice, type Page, redrawHeading } from './page.js'
import { clip, paint, wrap } from './paint.js'
import { type Line, lineQuestion, listQuestion, type TextOptions } from './questions.js'
import type { Keys, Size, Terminal } from './terminal.js'

export { AROUND_CHOICE, type Choice, type Line } from './questions.js'

export const BACK = Symbol('back')
export type Back = typeof BACK

/** Thrown through all screens: the menu ends. */
export class Leave extends Error {
  override readonly name = 'Leave'
  readonly wantsDemo: boolean
  constructor({ wantsDemo = false } = {}) {
    super()
    this.wantsDemo = wantsDemo
  }
}

export interface SelectOptions<T> {
  /** A function: asked again at every refresh. */
  choices: Line<T>[] | (() => Line<T>[])
  active?: T | undefined
  hint?: string
}

export interface ChoiceOptions {
  message: string
  help?: string
  choices: string[]
  /** Chosen when it opens. */
  value?: string
}

export type Prompts = ReturnType<typeof openPrompts>

const REFRESH_MS = 1_000
/** Shown where something is typed. */
const SHOW_CURSOR = '\x1b[?25h'
const HIDE_CURSOR = '\x1b[?25l'

export function openPrompts(terminal: Terminal, frame: Frame) {
  /** Said when a refresh fails, until one does not. */
  let trouble: Notice | null = null
  return {
    select,
    choice,
    confirm,
    text: (page: Page, options: TextOptions) => line(page, options, false),
    number,
    /** Nothing of it is shown. */
    hidden: (page: Page, options: TextOptions) => line(page, options, true),
  }

  function select<T extends string>(page: Page, options: SelectOptions<T>): Promise<T | Back> {
    const kept = { value: options.active as string | undefined }
    const linesNow = () => (typeof options.choices === 'function' ? options.choices() : options.choices)
    let drawn = linesNow()
    return ask<T>(page, options.hint ?? m.hint.select, {
      isStale: () => JSON.stringify(linesNow()) !== JSON.stringify(drawn),
      put(room, context) {
        drawn = linesNow()
        return listQuestion({ lines: drawn, kept, room }, context) as Promise<T> // it answers a value of its lines
      },
    })
  }

  /** One of a few words. */
  function choice(page: Page, { message, help, choices, value }: ChoiceOptions): Promise<string | Back> {
    const lines = (columns: number) => [...(page.lines?.(columns) ?? []), paint.bold(clip(message, columns))]
    return select(helped({ ...page, lines }, help), {
      choices: choices.map((word) => ({ value: word, name: word })),
      active: value,
    })
  }

  /** No is the answer to Enter. */
  async function confirm(page: Page, message: string): Promise<boolean | Back> {
    const answer = await choice(page, { message, choices: [m.no, m.yes] })
    return answer === BACK ? BACK : answer === m.yes
  }

  function line(page: Page, options: TextOptions, isHidden: boolean): Promise<string | Back> {
    const kept = { value: plain(options.value ?? '') }
    return ask<string>(helped(page, options.help), isHidden ? m.hint.hidden : m.hint.text, {
      isTyped: true,
      put: ({ columns }, context) => lineQuestion({ ...options, kept, isHidden, columns }, context),
    })
  }

  /** A number, or null when nothing was typed. */
  async function number(page: Page, options: TextOptions): Promise<number | null | Back> {
    const check = (typed: string) => {
      if (typed !== '' && !Number.isFinite(Number(typed))) return m.form.notANumber
      return options.check?.(typed) ?? null
    }
    const answer = await line(page, { ...options, check }, false)
    return answer === BACK ? BACK : answer === '' ? null : Number(answer)
  }

  async function ask<T>(page: Page, hint: string, { put, isStale, isTyped }: Ask<T>): Promise<T | Back> {
    for (;;) {
      const keys = terminal.listen()
      const { columns, rows } = terminal.size()
      const lines = heading(page, frame, columns)
      drawScreen(terminal, lines, hint)
      if (isTyped) terminal.write(SHOW_CURSOR)
      const refresher = page.refresh && startRefreshing(page, page.refresh, lines.length, keys, isStale)
      try {
        const context = { input: keys.input, output: terminal.output, signal: keys.signal, clearPromptOnDone: true }
        const answer = await put({ columns, rows: rows - lines.length }, context)
        frame.notice = null
        return answer
      } catch (thrown) {
        if (!keys.signal.aborted) throw thrown
        if (keys.signal.reason === 'leave') throw new Leave()
        if (keys.signal.reason === 'back') {
          frame.notice = null
          return BACK
        }
      } finally {
        clearInterval(refresher)
        keys.release()
        terminal.write(HIDE_CURSOR)
      }
    }
  }

  function startRefreshing(
    page: Page,
    refresh: NonNullable<Page['refresh']>,
    height: number,
    keys: Keys,
    isStale: (() => boolean) | undefined,
  ) {
    let isBusy = false
    const once = async () => {
      if (isBusy) return
      isBusy = true
      try {
        if ((await refresh()) === 'gone') keys.end('back')
        if (frame.notice === trouble) frame.notice = null
      } catch (thrown) {
        trouble = { kind: 'error', text: plain(messageOf(thrown)) }
        frame.notice = trouble
      } finally {
        isBusy = false
      }
      if (keys.signal.aborted) return
      const lines = heading(page, frame, terminal.size().columns)
      if (lines.length !== height || isStale?.()) keys.end('again')
      else redrawHeading(terminal, lines)
    }
    return setInterval(() => void once(), REFRESH_MS)
  }
}

interface Ask<T> {
  /** Once more whenever the screen is drawn anew: it goes on where it was. */
  put(room: Size, context: NonNullable<Parameters<typeof lineQuestion>[1]>): Promise<T>
  isStale?: () => boolean
  isTyped?: boolean
}

function helped(page: Page, help: string | undefined): Page {
  if (!help) return page
  return {
    ...page,
    lines: (columns) => [...(page.lines?.(columns) ?? []), ...wrap(help, columns, 3).map((line) => paint.dim(line))],
  }
}
