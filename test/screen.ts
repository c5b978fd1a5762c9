// What a terminal would show: enough of one to read a program's screen, and to notice lines that break at its edge.
export interface Screen {
  write(text: string): void
  lines(): string[]
  text(): string
  /** How often the alternate screen was written past its last column or below its last row. */
  broken(): number
  isAlternate(): boolean
  isCursorShown(): boolean
}

const ESC = '\x1b'
const SEQUENCE = new RegExp(`^${ESC}(?:\\[([?>=]?)([\\d;]*)([A-Za-z])|([78])|[()][A-Z0-9]|[=>])`)

export function openScreen(columns: number, rows: number): Screen {
  let cells: string[][] = blank()
  let row = 0
  let column = 0
  let saved = { row: 0, column: 0 }
  let wraps = true
  let broken = 0
  let isAlternate = false
  let isCursorShown = true
  let rest = ''

  function blank() {
    return Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '))
  }
  const clear = (at: number, from: number, to: number) => cells[at]?.fill(' ', from, to)
  function newLine() {
    if (row < rows - 1) row++
    else {
      if (isAlternate) broken++
      cells = [...cells.slice(1), Array.from({ length: columns }, () => ' ')]
    }
  }
  function put(char: string) {
    if (column >= columns) {
      if (!wraps) column = columns - 1
      else {
        if (isAlternate) broken++
        column = 0
        newLine()
      }
    }
    const line = cells[row]
    if (line) line[column++] = char
  }
  function eraseDisplay(mode: number) {
    if (mode === 2) cells = blank()
    else {
      clear(row, column, columns)
      for (let at = row + 1; at < rows; at++) clear(at, 0, columns)
    }
  }
  function setMode(mode: string, on: boolean) {
    if (mode === '7') wraps = on
    if (mode === '25') isCursorShown = on
    if (mode !== '1049') return
    isAlternate = on
    cells = blank()
    row = column = 0
  }
  function act(mark: string, numbers: string, letter: string) {
    const [first = 0, second = 0] = numbers.split(';').map(Number)
    const count = Math.max(1, first)
    if (mark === '?') return void (/[hl]/.test(letter) && setMode(numbers, letter === 'h'))
    if (letter === 'A') row = Math.max(0, row - count)
    if (letter === 'B') row = Math.min(rows - 1, row + count)
    if (letter === 'C') column = Math.min(columns - 1, column + count)
    if (letter === 'D') column = Math.max(0, column - count)
    if (letter === 'G') column = count - 1
    if (letter === 'H') {
      row = Math.min(rows, count) - 1
      column = Math.min(columns, Math.max(1, second)) - 1
    }
    if (letter === 'J') eraseDisplay(first)
    if (letter === 'K') clear(row, first === 2 ? 0 : column, columns)
  }
  function save(which: string) {
    if (which === '7') saved = { row, column }
    else ({ row, column } = saved)
  }
  return {
    write(text) {
      rest += text
      while (rest !== '') {
        if (rest.startsWith(ESC)) {
          const found = SEQUENCE.exec(rest)
          if (!found) return // the rest of it is still on its way
          const [whole, mark = '', numbers = '', letter, which] = found
          if (letter) act(mark, numbers, letter)
          if (which) save(which)
          rest = rest.slice(whole.length)
          continue
        }
        const [char = ''] = rest
        rest = rest.slice(char.length)
        if (char === '\n') newLine()
        else if (char === '\r') column = 0
        else if (char === '\b') column = Math.max(0, column - 1)
        else if (char >= ' ') put(char)
      }
    },
    lines: () => cells.map((line) => line.join('').trimEnd()),
    text: () => cells.map((line) => line.join('').trimEnd()).join('\n'),
    broken: () => broken,
    isAlternate: () => isAlternate,
    isCursorShown: () => isCursorShown,
  }
}
