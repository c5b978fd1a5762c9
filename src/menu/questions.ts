// The two questions as they are drawn and heard, on inquirer's core: a list to choose from, and a line to type in. Each
// has a state of its own; what it must go on with when the window changes under it is kept in `kept` by whoever asks.
import {
  createPrompt,
  isDownKey,
  isEnterKey,
  isTabKey,
  isUpKey,
  useEffect,
  useKeypress,
  usePagination,
  useRef,
  useState,
} from '@inquirer/core'
import { drawableLine, plain } from '../core/plain-text.js'
import { clip, paint, wrap } from './paint.js'
import type { Size } from './terminal.js'

export interface Choice<T> {
  value: T
  name: string
  /** Shown under the list while it is chosen. */
  help?: string
}
export type Line<T> = Choice<T> | 'line'

interface Kept<T> {
  value: T
}

const MARK = '❯'
const INDENT = 2
/** Columns of a list that its choices do not have: the arrow, and an edge. */
export const AROUND_CHOICE = 4
/** In a window with room for fewer, they go without their help. */
const LEAST_CHOICES = 4
const MOST_HELP_LINES = 2
const RULE = paint.dim('─'.repeat(24))
const HIDE_CURSOR = '\x1b[?25l'
/** Letters typed without a longer pause are the begin of one name. */
const NAME_ENDS_AFTER_MS = 700

interface ListQuestion {
  lines: Line<string>[]
  kept: Kept<string | undefined>
  room: Size
}

/** Answers the value of a choice. */
export const listQuestion = createPrompt<string, ListQuestion>(({ lines, kept, room }, done) => {
  const choices = lines.filter((line) => line !== 'line')
  const [at, setAt] = useState(Math.max(0, choices.map(({ value }) => value).indexOf(kept.value ?? '')))
  const chosen = choices[at]
  kept.value = chosen?.value
  const goTo = (to: number) => choices[to] && setAt(to)
  const ending = useRef<NodeJS.Timeout>()
  useEffect(() => () => clearTimeout(ending.current), [])
  useKeypress((key, rl) => {
    clearTimeout(ending.current)
    if (isEnterKey(key)) return chosen && done(chosen.value)
    const step = isUpKey(key) ? -1 : isDownKey(key) ? 1 : 0
    const begin = rl.line.trim().toLowerCase()
    if (step !== 0 || begin === '') rl.clearLine(0)
    if (step !== 0) return void goTo(at + step)
    if (begin !== '') goTo(choices.findIndex(({ name }) => name.toLowerCase().startsWith(begin)))
    ending.current = setTimeout(() => rl.clearLine(0), NAME_ENDS_AFTER_MS)
  })
  return drawnList(lines, choices, chosen, room) + HIDE_CURSOR
})

function drawnList(
  lines: Line<string>[],
  choices: Choice<string>[],
  chosen: Choice<string> | undefined,
  room: Size,
): string {
  const helpOf = ({ help }: Choice<string>) =>
    help ? wrap(drawableLine(help), room.columns - INDENT, MOST_HELP_LINES) : []
  const rows = room.rows - Math.max(0, ...choices.map((choice) => helpOf(choice).length)) - 3
  const isHelped = rows >= LEAST_CHOICES
  const page = usePagination({
    items: lines,
    active: chosen ? lines.indexOf(chosen) : 0,
    pageSize: isHelped ? rows : Math.max(1, room.rows - 2),
    loop: false,
    renderItem({ item, isActive }) {
      if (item === 'line') return `  ${RULE}`
      const name = clip(drawableLine(item.name), room.columns - AROUND_CHOICE)
      return isActive ? paint.cyan(`${MARK} ${name}`) : `  ${name}`
    },
  })
  const help = isHelped && chosen ? helpOf(chosen).map((line) => paint.dim(line)) : []
  return [page, ...(help.length > 0 ? ['', ...help] : [])].join('\n')
}

export interface TextOptions {
  message: string
  /** Stands above it. */
  help?: string
  value?: string
  /** Stands dimmed in the empty line: Enter takes it, Tab puts it there to be changed, the first key replaces it. */
  suggestion?: string
  /** Null: fine; else what is wrong with it. */
  check?: (text: string) => string | null | Promise<string | null>
}

interface LineQuestion extends TextOptions {
  kept: Kept<string>
  isHidden: boolean
  columns: number
}

/** Answers what stands in the line; blanks around it are part of a hidden one only. */
export const lineQuestion = createPrompt<string, LineQuestion>(({ kept, isHidden, columns, check, ...asked }, done) => {
  const suggestion = plain(asked.suggestion ?? '')
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState('')
  const isChecking = useRef(false)
  const isOver = useRef(false)
  useEffect((rl) => {
    setTyped(put(rl, kept.value))
    return () => {
      isOver.current = true
    }
  }, [])
  useKeypress(async (key, rl) => {
    if (isChecking.current) return
    if (!isEnterKey(key)) {
      kept.value = isTabKey(key) ? put(rl, typed || suggestion) : rl.line
      setTyped(kept.value)
      return setWrong('')
    }
    const answer = isHidden ? typed : (typed || suggestion).trim()
    isChecking.current = true
    const problem = (await check?.(answer)) ?? null
    isChecking.current = false
    if (isOver.current) return
    if (problem === null) return done(answer)
    put(rl, typed) // Enter has emptied the line
    setWrong(problem)
  })

  const shown = isHidden ? '•'.repeat(typed.length) : typed
  const line = `${MARK} ${paint.bold(`${drawableLine(asked.message)}:`)} ${shown || paint.dim(suggestion)}`
  const problem = wrong === '' ? [] : wrap(drawableLine(wrong), columns - INDENT - 1)
  return [line, problem.map((part, i) => paint.red(`${i === 0 ? '✗ ' : ' '.repeat(INDENT)}${part}`)).join('\n')]
})

/** In the place of what stands there. Answers what then does. */
function put(rl: { line: string; clearLine(way: 0): void; write(text: string): void }, text: string): string {
  rl.clearLine(0)
  rl.write(text)
  return rl.line
}
