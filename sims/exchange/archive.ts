// data.binance.vision for USD-M futures: a zip for each month and each day that is over, its SHA-256 beside it, and for all
// else the XML of an object store.
import { createHash } from 'node:crypto'
import { klineOf, nativeOf } from './binanceusdm.js'
import { type Contract, candlesIn } from './market.js'
import { type Answer, type Call, LENGTHS_MS, type VenueSim, type World } from './venue-sim.js'
import { zipOf } from './zip.js'

const PATH =
  /^\/data\/futures\/um\/(monthly|daily)\/klines\/(\w+)\/(\w+)\/\2-\3-(\d{4}-\d{2}(?:-\d{2})?)\.zip(\.CHECKSUM)?$/
const DAY_MS = 86_400_000
const TITLES =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore'
/** Archives of then and later begin with a line of titles. */
const TITLED_FROM = Date.UTC(2022, 0, 1)
const KEPT_ZIPS = 8

export interface ArchiveFaults {
  /** Beginnings of names (`BTCUSDT-1m-2024-01`) whose published hash is another one, so many times. */
  wrongHash: Map<string, number>
  /** Beginnings of names that are not there. */
  missing: Set<string>
  /** What archives lack though the venue has it. */
  holes: { from: number; to: number }[]
}

export function archiveSim({ market, clock }: World, faults: ArchiveFaults): VenueSim {
  const zips = new Map<string, Buffer>()
  return {
    name: 'archive',
    serves: ({ path }) => path.startsWith('/data/'),
    answer,
    spend: () => undefined,
    used: () => 0,
  }

  function answer({ path }: Call): Answer {
    const [, kind, native, timeframe = '', when = '', checksum] = PATH.exec(path) ?? []
    const contract = market.contracts.find((one) => nativeOf(one) === native)
    const lengthMs = LENGTHS_MS[timeframe]
    const span = spanOf(when)
    if (!contract || lengthMs === undefined || (kind === 'monthly') !== (when.length === 7)) return noSuchKey(path)
    // Days come the next day, months on the second of the next.
    if (clock.now() < span.to + DAY_MS || contract.listedAt >= span.to) return noSuchKey(path)
    const name = `${native}-${timeframe}-${when}`
    if ([...faults.missing].some((beginning) => name.startsWith(beginning))) return noSuchKey(path)
    const zip = zipFor(name, contract, lengthMs, span)
    if (!checksum) return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip }
    return {
      status: 200,
      headers: { 'content-type': 'binary/octet-stream' },
      body: `${hashFor(name, zip)}  ${name}.zip\n`,
    }
  }

  function zipFor(name: string, contract: Contract, lengthMs: number, span: { from: number; to: number }): Buffer {
    const kept = zips.get(name)
    if (kept) return kept
    const candles = candlesIn(market, contract, lengthMs, { from: span.from, to: span.to - 1 }, clock.now())
    const isHole = (at: number) => faults.holes.some(({ from, to }) => at >= from && at < to)
    const lines = candles.filter(({ at }) => !isHole(at)).map((candle) => klineOf(contract, candle, lengthMs).join(','))
    if (span.from >= TITLED_FROM) lines.unshift(TITLES)
    const zip = zipOf(`${name}.csv`, Buffer.from(`${lines.join('\n')}\n`))
    if (zips.size >= KEPT_ZIPS) zips.clear()
    zips.set(name, zip)
    return zip
  }

  function hashFor(name: string, zip: Buffer): string {
    const hash = createHash('sha256').update(zip).digest('hex')
    for (const [beginning, times] of faults.wrongHash) {
      if (!name.startsWith(beginning) || times === 0) continue
      faults.wrongHash.set(beginning, times - 1)
      return hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
    }
    return hash
  }
}

function spanOf(when: string): { from: number; to: number } {
  const [year = 0, month = 1, day] = when.split('-').map(Number)
  if (day !== undefined) return { from: Date.UTC(year, month - 1, day), to: Date.UTC(year, month - 1, day + 1) }
  return { from: Date.UTC(year, month - 1, 1), to: Date.UTC(year, month, 1) }
}

const noSuchKey = (path: string): Answer => ({
  status: 404,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>${path.slice(1)}</Key></Error>`,
})
