// Candles out of a CSV file, a few thousand at a time: the memory that it takes is the same for ten candles and ten million.
import { type FileHandle, open } from 'node:fs/promises'
import { BadInput } from '../../../core/bad-input.js'
import { type CandleColumns, emptyColumns } from './candle.js'
import { readHeader } from './csv-header.js'
import { openRowReader } from './csv-rows.js'
import { csvTexts as t } from './csv-texts.js'

const BUFFER_BYTES = 1024 * 1024
/** No line of a candle file is this long; one of a binary file often is. */
const LONGEST_LINE_BYTES = 256 * 1024
const ROWS_AT_ONCE = 4_096
const LF = 0x0a

export interface CsvSource {
  path: string
  /** As whoever named the file called it; `path` unless said. */
  name?: string
  /** The flag that named it, for errors: `--data`. */
  flag?: string
}

/** How far a reader is. */
export interface CsvProgress {
  bytes: number
  totalBytes: number
}

/**
 * Columns date|timestamp|time, open, high, low, close, volume, in any order and case; others are ignored. Prices must be
 * finite and more than 0, high ≥ open, close ≥ low, volume ≥ 0, and times rise from row to row.
 *
 * The columns that are yielded are filled anew for the next step: whoever keeps candles copies them.
 * @throws BadInput, one line that names the flag, the file and the line
 */
export async function* readCsvCandles(
  source: CsvSource,
  tell: (progress: CsvProgress) => void = () => undefined,
): AsyncGenerator<CandleColumns, void, void> {
  const where = `${source.flag === undefined ? '' : `${source.flag}: `}${source.name ?? source.path}`
  const file = await open(source.path)
  try {
    yield* rowsOf(file, where, tell)
  } finally {
    await file.close()
  }
}

async function* rowsOf(file: FileHandle, where: string, tell: (progress: CsvProgress) => void) {
  const totalBytes = (await file.stat()).size
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES + 1)
  const columns = emptyColumns(ROWS_AT_ONCE)
  let [from, to, read] = [0, 0, 0]
  let isEnd = false
  const fill = async () => {
    buffer.copy(buffer, 0, from, to)
    to -= from
    from = 0
    const { bytesRead } = await file.read(buffer, to, BUFFER_BYTES - to)
    if (bytesRead === 0) isEnd = true
    to += bytesRead
    read += bytesRead
    buffer[to] = LF // where the last row ends when the file does not say so; never part of the data
  }
  await fill()
  const header = headerIn(buffer, to, where)
  from = header.end
  const rows = openRowReader(header.layout, where)
  let isAny = false
  for (;;) {
    const whole = isEnd ? to : buffer.lastIndexOf(LF, to - 1) + 1
    const stopped = rows.read(buffer, from, whole, isEnd, columns)
    const isStuck = stopped <= from && columns.length === 0
    from = Math.max(from, stopped)
    if (columns.length > 0) {
      isAny = true
      tell({ bytes: read - (to - from), totalBytes })
      yield columns
      columns.length = 0
    } else if (isEnd && from >= to) break
    else if (isStuck && to - from > LONGEST_LINE_BYTES)
      throw new BadInput(`${where}: line ${rows.line}: ${t.tooLong(LONGEST_LINE_BYTES)}`)
    else await fill()
  }
  if (!isAny) throw new BadInput(`${where}: ${t.noCandles}`, t.headerHint)
}

function headerIn(buffer: Buffer, to: number, where: string) {
  const bytes = buffer.subarray(0, to)
  if (bytes.toString('latin1').trim() === '' || (to === 3 && hasMark(bytes))) throw new BadInput(`${where}: ${t.empty}`)
  const other = notText(bytes)
  if (other !== null) throw new BadInput(`${where}: ${t.binary(other)}`, t.headerHint)
  const start = hasMark(bytes) ? 3 : 0
  const feed = bytes.indexOf(LF, start)
  const end = feed === -1 ? to : feed
  const layout = readHeader(bytes.toString('utf8', start, end).trimEnd())
  if ('problem' in layout) throw new BadInput(`${where}: line 1: ${layout.problem}`, layout.hint)
  return { layout, end: Math.min(end + 1, to) }
}

const hasMark = (bytes: Buffer) => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

const MAGIC: [string, string][] = [
  ['1f8b', 'a gzip archive'],
  ['504b0304', 'a ZIP archive'],
  ['50415231', 'a Parquet file'],
  ['28b52ffd', 'a Zstandard archive'],
  ['fffe', 'UTF-16 text: save it as UTF-8'],
  ['feff', 'UTF-16 text: save it as UTF-8'],
]

function notText(bytes: Buffer): string | null {
  const begin = bytes.toString('hex', 0, 4)
  const known = MAGIC.find(([magic]) => begin.startsWith(magic))
  if (known) return known[1]
  return bytes.includes(0) ? 'a binary file' : null
}
