// What each venue of the sim is: a few paths, and what is answered there.
import type { SimClock } from './clock.js'
import type { Market } from './market.js'

export interface Call {
  method: string
  path: string
  query: URLSearchParams
  /** As it came. */
  body: string
  contentType: string
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  body: string | Buffer
}

export interface World {
  market: Market
  clock: SimClock
}

export interface VenueSim {
  name: string
  serves(call: Call): boolean
  answer(call: Call): Answer
  /** Others on the same address have used so much of the limit in this window. */
  spend(weight: number): void
  /** What this address has used in this window. */
  used(): number
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
  body: JSON.stringify(body),
})

export const LENGTHS_MS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '8h': 28_800_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
  '1w': 604_800_000,
}
