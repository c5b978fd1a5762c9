// Every question that the menu asks. Esc answers BACK, Ctrl-C leaves the menu; a new size draws the question again with
// what was typed so far.
import inquirer from 'inquirer'
import { messageOf } from '../core/errors.js'
import { drawableLine, plain } from '../core/plain-text.js'
import { messages as m } from './messages.js'
import { drawScreen, type Frame, heading, type Notice, type Page, redrawHeading } from './page.js'
import { clip, paint, wrap } from './paint.js'
import type { Keys, Terminal } from './terminal.js'

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

export interface Choice<T> {
  value: T
  name: string
  /** Shown under the list while it is chosen. */
  help?: string
}
export type Line<T> = Choice<T> | 'line'

export interface SelectOptions<T> {
  /** A function: asked again at every refresh. */
  choices: Line<T>[] | (() => Line<T>[])
  active?: T | undefined
  hint?: string
}

export interface TextOptions {
  message: string
  help?: string
  value?: string
  /** Stands dimmed in the empty line: Enter takes it, the first key replaces it. */
  suggestion?: string
  /** Null: fine; else what is wrong with it. */
  check?: (text: string) => string | null | Promise<string | null>
}

export interface Prompts {
  select<T extends string>(page: Page, options: SelectOptions<T>): Promise<T | Back>
  text(page: Page, options: TextOptions): Promise<string | Back>
  /** A number, or null when nothing was typed. */
  number(page: Page, options: TextOptions): Promise<number | null | Back>
  /** No is the answer to Enter. */
  confirm(page: Page, message: string): Promise<boolean | Back>
  /** Nothing of it is shown. */
  hidden(page: Page, options: TextOptions): Promise<string | Back>
  /** One of a few words; the value stands first. */
  choice(
    page: Page,
    options: { message: string; help?: string; choices: string[]; value?: string },
  ): Promise<string | Back>
}

const REFRESH_MS = 1_000
const INDENT = 2
/** In a window with room for fewer, they go without their help. */
const LEAST_CHOICES = 4
/** Columns of a select that its choices do not have: the arrow, and an edge. */
export const AROUND_CHOICE = 4
/** Shown where something is typed. */
const SHOW_CURSOR = '\x1b[?25h'
const HIDE_CURSOR = '\x1b[?25l'
const themeFor = (columns: number) => ({
  prefix: '❯',
  icon: { cursor: '❯' },
  style: {
    message: (text: string) => (text === '' ? '' : paint.bold(text)),
    highlight: (text: string) => paint.cyan(text),
    description: (text: string) => paint.dim(text),
    answer: (text: string) => text,
    defaultAnswer: (text: string) => paint.dim(text),
    error: (text: string) =>
      wrap(drawableLine(text), columns - INDENT - 1)
        .map((line, i) => paint.red(`${i === 0 ? '✗ ' : ' '.repeat(INDENT)}${line}`))
        .join('\n'),
    help: () => '',
    keysHelpTip: () => '',
  },
})

const nameOf = ({ name }: { name: string }, columns: number) => clip(drawableLine(name), columns - AROUND_CHOICE)

export function openPrompts(terminal: Terminal, frame: Frame): Prompts {
  /** Said when a refresh fails, until one does not. */
  let trouble: Notice | null = null
  return { select, text, number, confirm, hidden, choice }

  async function select<T extends string>(page: Page, options: SelectOptions<T>): Promise<T | Back> {
    let { active } = options
    const linesNow = () => (typeof options.choices === 'function' ? options.choices() : options.choices)
    let drawn = linesNow()
    return ask<T>(page, options.hint ?? m.hint.select, {
      isStale: () => JSON.stringify(linesNow()) !== JSON.stringify(drawn),
      question(top) {
        drawn = linesNow()
        const { columns, rows } = terminal.size()
        const help = (line: Line<T>) =>
          line === 'line' ? '' : wrap(drawableLine(line.help ?? ''), columns - 2, 2).join('\n')
        const most = Math.max(0, ...drawn.map((line) => (help(line) === '' ? 0 : help(line).split('\n').length)))
        const room = rows - top - most - 3
        const isHelped = room >= LEAST_CHOICES
        const theme = themeFor(columns)
        const choices = drawn.map((line) => {
          if (line === 'line') return new inquirer.Separator(paint.dim(` ${'─'.repeat(24)}`))
          return {
            value: line.value,
            name: nameOf(line, columns),
            description: isHelped ? help(line) : '',
          }
        })
        const values = drawn.flatMap((line) => (line === 'line' ? [] : [line.value]))
        return {
          type: 'select',
          message: '',
          choices,
          loop: false,
          pageSize: isHelped ? room : Math.max(1, rows - top - 2),
          ...(active !== undefined && values.includes(active) && { default: active }),
          theme: { ...theme, prefix: '', style: { ...theme.style, highlight: remember } },
        }
      },
    })
    /** The list is drawn again where one was. */
    function remember(shown: string): string {
      const name = shown.slice(2)
      const line = drawn.find((known) => known !== 'line' && nameOf(known, terminal.size().columns) === name)
      if (line && line !== 'line') active = line.value
      return paint.cyan(shown)
    }
  }

  function text(page: Page, options: TextOptions): Promise<string | Back> {
    const check = async (value: string) => (await options.check?.(value.trim())) ?? null
    const shown = (typed: string) => typed
    return line(page, m.hint.text, { ...options, check }, shown).then((answer) =>
      answer === BACK ? BACK : answer.trim(),
    )
  }

  function hidden(page: Page, options: TextOptions): Promise<string | Back> {
    return line(page, m.hint.hidden, options, (typed) => '•'.repeat(typed.length))
  }

  /** What was typed so far is typed again when the question is drawn again. */
  function line(page: Page, hint: string, options: TextOptions, shown: (typed: string) => string) {
    let typed = plain(options.value ?? '')
    return ask<string>(helped(page, options.help), hint, {
      typed: () => typed,
      question: () => ({
        type: 'input',
        message: `${drawableLine(options.message)}:`,
        transformer(value: string) {
          typed = value
          return shown(value)
        },
        validate: async (value: string) => (await options.check?.(value)) ?? true,
        theme: themeFor(terminal.size().columns),
        ...(options.suggestion !== undefined && { default: plain(options.suggestion) }),
      }),
    })
  }

  async function number(page: Page, options: TextOptions): Promise<number | null | Back> {
    const check = async (typed: string) => {
      if (typed !== '' && !Number.isFinite(Number(typed))) return m.form.notANumber
      return (await options.check?.(typed)) ?? null
    }
    const answer = await text(page, { ...options, check })
    return answer === BACK ? BACK : answer === '' ? null : Number(answer)
  }

  async function confirm(page: Page, message: string): Promise<boolean | Back> {
    const lines = (columns: number) => [...(page.lines?.(columns) ?? []), paint.bold(clip(message, columns))]
    const answer = await select(
      { ...page, lines },
      {
        choices: [
          { value: 'no', name: m.no },
          { value: 'yes', name: m.yes },
        ],
      },
    )
    return answer === BACK ? BACK : answer === 'yes'
  }

  function choice(
    page: Page,
    { message, help, choices, value }: { message: string; help?: string; choices: string[]; value?: string },
  ): Promise<string | Back> {
    const lines = (columns: number) => [...(page.lines?.(columns) ?? []), paint.bold(clip(message, columns))]
    return select(helped({ ...page, lines }, help), {
      choices: choices.map((word) => ({ value: word, name: word })),
      active: value,
    })
  }

  async function ask<T>(page: Page, hint: string, { question, isStale, typed }: Ask): Promise<T | Back> {
    for (;;) {
      const keys = terminal.listen()
      const lines = heading(page, frame, terminal.size().columns)
      drawScreen(terminal, lines, hint)
      if (typed) terminal.write(SHOW_CURSOR)
      const refresher = page.refresh && startRefreshing(page, page.refresh, lines.length, keys, isStale)
      try {
        const context = { input: keys.input, output: terminal.output, signal: keys.signal, clearPromptOnDone: true }
        // Typed for the person, not given as the prompt's default: an emptied line would mean that.
        const before = typed?.() ?? ''
        const answering = inquirer.createPromptModule(context)([{ name: 'answer', ...question(lines.length) }])
        if (before !== '') keys.input.write(before)
        const answers = await answering
        frame.notice = null
        return (answers as { answer: T }).answer
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

interface Ask {
  question(top: number): { type: 'select' | 'input'; message: string } & Record<string, unknown>
  isStale?: () => boolean
  /** So far: a question that is drawn again goes on where it was. */
  typed?: () => string
}

function helped(page: Page, help: string | undefined): Page {
  if (!help) return page
  return {
    ...page,
    lines: (columns) => [...(page.lines?.(columns) ?? []), ...wrap(help, columns, 3).map((line) => paint.dim(line))],
  }
}
