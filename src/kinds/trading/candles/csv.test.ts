// Candle files as the world writes them, and every way in which one can be wrong.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { BadInput } from '../../../core/bad-input.js'
import { type Candle, candleAt } from './candle.js'
import { readCsvCandles } from './csv.js'

const dir = mkdtempSync(join(tmpdir(), 'frota-csv-'))
after(() => rmSync(dir, { recursive: true, force: true }))
let files = 0

async function read(text: string | Buffer): Promise<Candle[]> {
  const path = join(dir, `${files++}.csv`)
  writeFileSync(path, text)
  const candles: Candle[] = []
  for await (const columns of readCsvCandles({ path, name: 'x.csv', flag: '--data' }))
    for (let row = 0; row < columns.length; row++) candles.push(candleAt(columns, row))
  return candles
}

const HEADER = 'date,open,high,low,close,volume\n'
const AT = Date.UTC(2020, 0, 2)
const candle = (at: number): Candle => ({ at, open: 1.5, high: 2, low: 1, close: 1.25, volume: 10 })

describe('what is read', () => {
  const same: [name: string, text: string][] = [
    ['plain', `${HEADER}2020-01-02,1.5,2,1,1.25,10\n`],
    ['no line feed at the end', `${HEADER}2020-01-02,1.5,2,1,1.25,10`],
    ['CRLF and empty lines', `${HEADER.replace('\n', '\r\n')}2020-01-02,1.5,2,1,1.25,10\r\n\r\n\r\n`],
    ['a byte order mark', `\ufeff${HEADER}2020-01-02,1.5,2,1,1.25,10\n`],
    [
      'any order and case, columns of no use',
      'Volume,CLOSE,Adj Close,Low,High,Open,Timestamp,x\n10,1.25,7,1,2,1.5,2020-01-02,"a,b"\n',
    ],
    ['semicolons', 'date;open;high;low;close;volume\n2020-01-02;1.5;2;1;1.25;10\n'],
    ['tabs and spaces', 'time\topen\thigh\tlow\tclose\tvolume\n2020-01-02 \t 1.5\t2\t1\t1.25 \t10 \n'],
    ['quotation marks', '"Date","Open","High","Low","Close","Volume"\n"2020-01-02","1.5","2","1","1.25","10"\n'],
    [
      'a quoted text with quotation marks, the delimiter and a line feed',
      `note,${HEADER}"a ""b"", c\nd",2020-01-02,1.5,2,1,1.25,10\n`,
    ],
    ['an index without a name', ',Open,High,Low,Close,Volume\n2020-01-02,1.5,2,1,1.25,10\n'],
    ['signs and exponents', `${HEADER}2020-01-02,+1.5,2e0,1.0,125e-2,1E1\n`],
    ['a delimiter more at each end', `${HEADER}2020-01-02,1.5,2,1,1.25,10,\n`],
    ['many digits', `${HEADER}2020-01-02,1.50000000000000000000,2.0000000000000000000,1,1.25,10\n`],
  ]
  for (const [name, text] of same) test(name, async () => assert.deepEqual(await read(text), [candle(AT)]))

  const noon = Date.UTC(2020, 0, 2, 12, 30)
  const times: [text: string, at: number][] = [
    ['2020-01-02', AT],
    ['2020/01/02', AT],
    ['20200102', AT],
    ['2020-01-02T12:30', noon],
    ['2020-01-02 12:30:00', noon],
    ['2020-01-02T12:30:00.000Z', noon],
    ['2020-01-02 12:30:00 UTC', noon],
    ['2020-01-02T14:30:00+02:00', noon],
    ['2020-01-02 08:00:00-0430', noon],
    ['2020-01-02T13:30:00+01', noon],
    ['2020-01-02T12:30:00.5', noon + 500],
    ['2020-01-02T12:30:00.123456', noon + 123],
    [String(noon / 1000), noon],
    [`${noon / 1000}.0`, noon],
    [`${noon / 1000}.123`, noon + 123],
    [String(noon), noon],
    [`${noon}000`, noon],
    [`${noon}000000`, noon],
    ['1969-12-31', -86_400_000],
    ['-86400', -86_400_000],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
  ]
  for (const [text, at] of times)
    test(`${text} is ${new Date(at).toISOString()}, whatever the zone of this computer`, async () =>
      assert.deepEqual(
        (await read(`${HEADER}${text},1.5,2,1,1.25,10\n`)).map((one) => one.at),
        [at],
      ))

  test('numbers are those that their text names, to the last bit', async () => {
    const texts = [
      '0.1',
      '1455.219971',
      '123456789.12345678',
      '0.00000001',
      '99999999999999.9',
      '1e-7',
      '0.30000000000000004',
    ]
    const rows = texts.map((text, day) => `${day + 1},${text},1e99,1e-99,${text},0\n`)
    assert.deepEqual(
      (await read(HEADER + rows.join(''))).map(({ open }) => open),
      texts.map(Number),
    )
  })

  test('rows that lie across the ends of buffers are whole, each once', async () => {
    const count = 60_000
    let text = HEADER
    for (let i = 0; i < count; i++) text += `${new Date(AT + i * 60_000).toISOString()},1.5,2,1,1.25,${i}\n`
    const candles = await read(text)
    assert.equal(candles.length, count)
    assert.ok(candles.every(({ at, volume }, i) => at === AT + i * 60_000 && volume === i))
  })
})

describe('what is wrong is one line with the flag, the file and the line', () => {
  const good = '2020-01-02,1.5,2,1,1.25,10\n'
  const after3 = (row: string) => `${HEADER}2020-01-01,1.5,2,1,1.25,10\n${good}${row}`
  const cases: [name: string, text: string | Buffer, said: RegExp][] = [
    ['empty', '', /^--data: x\.csv: the file is empty$/],
    ['only white space', ' \n\n', /: the file is empty$/],
    ['only a header', HEADER, /no candles$/],
    ['no header', good, /: line 1: there is no header/],
    ['a missing column', 'date,open,high,low,volume\n', /: line 1: missing column: close$/],
    ['missing columns', 'open,high,low,close\n', /: line 1: missing columns: date, volume$/],
    ['a column twice', 'date,open,open,high,low,close,volume\n', /: line 1: the column "open" is there twice$/],
    ['NaN', after3('2020-01-03,NaN,2,1,1.25,10\n'), /^--data: x\.csv: line 4: open is no number: "NaN"$/],
    ['Infinity', after3('2020-01-03,1.5,Infinity,1,1.25,10\n'), /: line 4: high is no number/],
    ['a number too large', after3('2020-01-03,1.5,1e999,1,1.25,10\n'), /: line 4: high is no number: "1e999"/],
    ['hexadecimal', after3('2020-01-03,1.5,0x10,1,1.25,10\n'), /: line 4: high is no number: "0x10"/],
    ['nothing', after3('2020-01-03,1.5,2,,1.25,10\n'), /: line 4: low is empty$/],
    ['zero', after3('2020-01-03,1.5,2,0,1.25,10\n'), /: line 4: low must be more than 0, not 0$/],
    ['negative', after3('2020-01-03,1.5,2,1,-1.25,10\n'), /: line 4: close must be more than 0, not -1\.25$/],
    ['negative volume', after3('2020-01-03,1.5,2,1,1.25,-1\n'), /: line 4: volume must not be negative: -1$/],
    ['high below low', after3('2020-01-03,1.5,1,2,1.25,10\n'), /: line 4: high 1 is below low 2$/],
    ['open outside', after3('2020-01-03,2.5,2,1,1.25,10\n'), /: line 4: open 2\.5 is outside low 1 to high 2$/],
    ['close outside', after3('2020-01-03,1.5,2,1,0.5,10\n'), /: line 4: close 0\.5 is outside low 1 to high 2$/],
    ['a duplicate', after3(good), /: line 4: a second candle for 2020-01-02T00:00:00\.000Z$/],
    ['out of order', after3('2020-01-01,1.5,2,1,1.25,10\n'), /: line 4: 2020-01-01\S+ comes after 2020-01-02/],
    ['a date that is not there', after3('2020-02-30,1.5,2,1,1.25,10\n'), /: line 4: no date or time: "2020-02-30"$/],
    ['a date of another form', after3('02.01.2020,1.5,2,1,1.25,10\n'), /: line 4: no date or time: "02\.01\.2020"$/],
    ['a zone of no form', after3('2020-01-03T00:00:00+2,1.5,2,1,1.25,10\n'), /: line 4: no date or time/],
    ['too few columns', after3('2020-01-03,1.5\n2020-01-04,1.5,2,1,1.25,10\n'), /: line 4: 2 of 6 columns$/],
    ['cut off', after3('2020-01-03,1.5,2,1'), /: line 4: the last line is cut off: 4 of 6 columns$/],
    ['too many columns', after3('2020-01-03,1,5,2,1,1.25,10\n'), /: line 4: more columns than the 6/],
    ['an open quotation mark', after3('"2020-01-03,1.5,2,1,1.25,10\n'), /: line 4: a quotation mark is never closed$/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0]), /: this is no CSV text but a gzip archive$/],
    ['zeros', Buffer.concat([Buffer.from('date,open'), Buffer.alloc(100)]), /no CSV text but a binary file$/],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}`, 'utf16le'), /UTF-16 text: save it as UTF-8$/],
    ['binary without zeros', Buffer.alloc(2_000_000, 0xc3), /: line 1: there is no header/],
    ['an endless line', `${HEADER}2020-01-02,${'1'.repeat(2_000_000)}`, /: line 2: the line is longer than/],
  ]
  for (const [name, text, said] of cases)
    test(name, async () =>
      assert.rejects(read(text), (error) => {
        assert.ok(error instanceof BadInput, String(error))
        assert.match(error.message, said)
        assert.ok(!error.message.includes('\n') && error.message.length < 200)
        return true
      }),
    )

  test('lines count as an editor counts them, empty ones too', async () => {
    await assert.rejects(read(`${HEADER}\n\r\n${good}\n2020-01-03,x,2,1,1.25,10\n`), /: line 6: open is no number/)
  })
})
