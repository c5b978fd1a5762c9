// A stand-in for the venues' public data: Binance USD-M with its archives, Bybit and Hyperliquid on one port, since their
// paths do not meet, and an HTTP control API. Each venue is a file of its own; what it counts, refuses and delays is as its
// documentation says.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer } from '../json-http.js'
import { listen, reporting } from '../listen.js'
import { type ArchiveFaults, archiveSim } from './archive.js'
import { binanceusdmSim } from './binanceusdm.js'
import { bybitSim } from './bybit.js'
import { openClock, type SimClock } from './clock.js'
import { type Asked, serveControl } from './control.js'
import { type Fault, openFaults } from './faults.js'
import { hyperliquidSim } from './hyperliquid.js'
import { openMarket } from './market.js'
import type { Answer, Call, VenueSim } from './venue-sim.js'

export interface ExchangeSimOptions {
  /** Of the venues; 0 or absent: any free one. */
  port?: number
  /** Of the control API; 0 or absent: any free one. */
  controlPort?: number
  /** Where its clock stands still, ms since the epoch; absent: the real time. */
  clockMs?: number
  /** Of all prices. */
  seed?: number
}

export interface ExchangeSim {
  /** `http://127.0.0.1:PORT` */
  endpoint: string
  controlUrl: string
  clock: SimClock
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const KEPT_REQUESTS = 10_000
const LONGEST_BODY_BYTES = 1024 * 1024

export async function startExchangeSim(options: ExchangeSimOptions = {}): Promise<ExchangeSim> {
  const clock = openClock(options.clockMs)
  const market = openMarket(options.seed)
  const faults = openFaults()
  const archiveFaults: ArchiveFaults = { wrongHash: new Map(), missing: new Set(), holes: [] }
  const world = { clock, market }
  const venues: VenueSim[] = [
    binanceusdmSim(world),
    bybitSim(world),
    hyperliquidSim(world),
    archiveSim(world, archiveFaults),
  ]
  const asked: Asked[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await readCall(request)
    const venue = venues.find((one) => one.serves(call))
    if (!venue) return answer(response, 404, { error: 'this path is no venue’s' })
    const fault = faults.take(venue.name, call)
    if (fault?.is === 'slow') await sleep(fault.ms)
    const said = fault?.is === 'status' ? failed(fault) : venue.answer(call)
    const { method, path, query, body } = call
    asked.push({ venue: venue.name, method, path, query: query.toString(), body, status: said.status })
    if (asked.length > KEPT_REQUESTS) asked.shift()
    send(response, said, clock, fault)
  }
  const data = await listen(createServer(reporting('exchange', serve)), options.port ?? 0, HOST)
  const control = await listen(
    createServer(reporting('exchange', serveControl({ clock, market, faults, archiveFaults, venues, asked }))),
    options.controlPort ?? 0,
    HOST,
  ).catch(async (error: unknown) => {
    await data.close()
    throw error
  })
  return {
    endpoint: `http://${HOST}:${data.port}`,
    controlUrl: `http://${HOST}:${control.port}`,
    clock,
    close: async () => {
      await Promise.all([data.close(), control.close()])
    },
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= LONGEST_BODY_BYTES) chunks.push(chunk)
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body: Buffer.concat(chunks).toString('utf8'),
    contentType: request.headers['content-type'] ?? '',
  }
}

const failed = ({ status, retryAfterSeconds, body }: Extract<Fault, { is: 'status' }>): Answer => ({
  status,
  headers: retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) },
  body,
})

/** Its `Date` is the sim's: clients that do not trust their own clock look there. */
function send(response: ServerResponse, { status, headers, body }: Answer, clock: SimClock, fault: Fault | null) {
  const bytes = Buffer.from(body)
  response.writeHead(status, {
    ...headers,
    'content-length': bytes.length,
    date: new Date(clock.now()).toUTCString(),
  })
  if (fault?.is !== 'cut') return response.end(bytes)
  response.write(bytes.subarray(0, fault.afterBytes), () => response.destroy())
}
