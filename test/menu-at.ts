// Drives the real `frota menu` on a real pseudo-terminal: util-linux script(1), which Debian and its kin always have.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetHome } from './fleet-home.js'
import { NODE, ROOT } from './fleet-home.js'
import { openScreen } from './screen.js'

const SCRIPT = ['/usr/bin/script', '/bin/script'].find((path) => existsSync(path))
export const skip = SCRIPT ? false : 'there is no script(1) here, and the menu needs a terminal'
/** Only ever waited for; nothing is asserted of how long it took. */
const PATIENCE_MS = 120_000

/** A key may change nothing, as an arrow at the end of its list: what must be seen is waited for by `sees`. */
const STALE_AFTER_MS = 10_000

export const KEY = {
  up: '\x1b[A',
  down: '\x1b[B',
  enter: '\r',
  esc: '\x1b',
  ctrlC: '\x03',
  ctrlU: '\x15',
  home: '\x1b[H',
  end: '\x1b[F',
}

export interface At {
  text(): string
  /** Waits until the screen shows it. Answers the screen. */
  sees(what: RegExp): Promise<string>
  /** Types once the screen has come to rest: keys that nobody waits for are dropped. */
  types(...keys: string[]): Promise<void>
  /** Esc, and waits for the page before. Two at once would be one. */
  goesBack(): Promise<void>
  /** Moves the arrow to the line that begins with this word, then Enter. */
  chooses(line: string): Promise<void>
  ended(): Promise<{ code: number; tail: string[]; sttyBefore: string; sttyAfter: string; errors: string }>
  /** Closes the window. Answers how the menu ended, and what it said to nobody. */
  hangsUp(): Promise<{ code: number; errors: string }>
  broken(): number
  isAlternate(): boolean
  isCursorShown(): boolean
  raw(): string
}

let menus = 0

export function menuAt(home: FleetHome, columns = 80, rows = 24, more: Record<string, string> = {}): At {
  const told = join(home.dir, `menu-${++menus}`)
  const [errorFile, codeFile] = [`${told}.errors`, `${told}.code`]
  const command = [
    'trap : HUP', // the shell outlives its window, to say how the menu ended
    `stty rows ${rows} cols ${columns}`,
    'echo "BEFORE $(stty -g)"',
    `${NODE} ${ROOT}/bin/frota 2>${errorFile}`,
    'code=$?',
    `echo $code >${codeFile}`,
    'echo "AFTER $(stty -g)"',
    'exit $code',
  ].join('; ')
  const env = { ...home.env, TERM: 'xterm-256color', SHELL: '/bin/sh', ...more }
  const child = spawn(SCRIPT ?? '', ['-qec', command, '/dev/null'], { env, cwd: ROOT })
  const screen = openScreen(columns, rows)
  let raw = ''
  let changedAt = performance.now()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text
    screen.write(text)
    changedAt = performance.now()
  })
  const closed = once(child, 'close')
  home.atEnd(() => child.kill('SIGKILL'))

  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  async function sees(what: RegExp): Promise<string> {
    const giveUpAt = performance.now() + PATIENCE_MS
    while (!what.test(screen.text())) {
      if (performance.now() > giveUpAt || child.exitCode !== null) assert.fail(`not seen: ${what}\n${screen.text()}`)
      await sleep(20)
    }
    return screen.text()
  }
  /** Looks until it is so, or for so long: a busy machine draws late. */
  async function until(isSo: () => boolean, patienceMs: number) {
    const giveUpAt = performance.now() + patienceMs
    while (!isSo() && performance.now() < giveUpAt) await sleep(10)
  }
  const pointedAt = () => screen.lines().findIndex((text) => text.startsWith('❯ '))
  /** Who it is, not how it is at the moment. */
  const pointedTo = () => `${pointedAt()} ${screen.lines()[pointedAt()]?.slice(0, 34)}`
  const page = () => screen.text().replace(/[\d.]+/g, '')
  async function atRest() {
    while (performance.now() - changedAt < 80) await sleep(20)
  }
  /** A key that leads to another page: the next one is for that page. */
  async function changes(key: string) {
    const before = page()
    await at.types(key)
    await until(() => page() !== before, STALE_AFTER_MS)
  }
  const at: At = {
    text: screen.text,
    sees,
    async types(...keys) {
      for (const key of keys) {
        await atRest()
        child.stdin.write(key)
        await sleep(90) // longer than Esc is waited upon
      }
      await atRest()
    },
    goesBack: () => changes(KEY.esc),
    async chooses(line) {
      await sees(new RegExp(`^(❯|  ?)? ${line}`, 'm'))
      for (let step = 0; step < 60; step++) {
        const shown = screen.lines()
        const cursor = pointedAt()
        const target = shown.findIndex((text) => text.slice(2).startsWith(line) && /^(❯| ) /.test(text))
        if (cursor === target && cursor >= 0) return changes(KEY.enter)
        const before = pointedTo()
        await at.types(target > cursor ? KEY.down : KEY.up)
        await until(() => pointedTo() !== before, STALE_AFTER_MS)
      }
      assert.fail(`could not choose ${line}\n${screen.text()}`)
    },
    async ended() {
      const [code] = await closed
      const stty = (word: string) => new RegExp(`${word} (\\S+)`).exec(raw)?.[1] ?? ''
      const tail = screen.lines().filter(Boolean)
      return { code, tail, sttyBefore: stty('BEFORE'), sttyAfter: stty('AFTER'), errors: read(errorFile) }
    },
    async hangsUp() {
      child.kill('SIGKILL')
      await closed
      const code = Number(await home.until('the end of the menu', () => read(codeFile)))
      return { code, errors: read(errorFile).replace(/^Hangup\n/, '') } // the shell's own word
    },
    broken: screen.broken,
    isAlternate: screen.isAlternate,
    isCursorShown: screen.isCursorShown,
    raw: () => raw,
  }
  return at
}

/** As it was found: no raw mode, no alternate screen, a cursor, nothing said to stderr, no line ever broken. */
export async function leftClean(menu: At, exitCode = 0) {
  const { code, sttyBefore, sttyAfter, errors } = await menu.ended()
  assert.equal(errors, '')
  assert.equal(code, exitCode)
  assert.notEqual(sttyBefore, '')
  assert.equal(sttyAfter, sttyBefore)
  assert.equal(menu.isAlternate(), false)
  assert.equal(menu.isCursorShown(), true)
  assert.equal(menu.broken(), 0, 'a line was broken at the edge of the screen')
}
