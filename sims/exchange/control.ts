// The control API: time, trouble, and what the market lacks. JSON over plain HTTP, for tests, demos and curl.
import { badField } from '../refusal.js'
import { type Input, serveVerbs, type Verb } from '../verbs.js'
import type { ArchiveFaults } from './archive.js'
import type { SimClock } from './clock.js'
import type { Faults } from './faults.js'
import type { Market } from './market.js'
import type { VenueSim } from './venue-sim.js'

export interface Asked {
  venue: string
  method: string
  path: string
  query: string
  body: string
  status: number
}

export interface Controlled {
  clock: SimClock
  market: Market
  faults: Faults
  archiveFaults: ArchiveFaults
  venues: readonly VenueSim[]
  /** The newest requests, oldest first. */
  asked: Asked[]
}

export const serveControl = (world: Controlled) => serveVerbs(controlVerbs(world))

function controlVerbs({ clock, market, faults, archiveFaults, venues, asked }: Controlled): Record<string, Verb> {
  const match = (input: Input) => ({
    venue: input.venue === undefined ? null : venueOf(input).name,
    path: input.path === undefined ? null : text(input, 'path'),
    times: input.times === undefined ? 1 : whole(input, 'times'),
  })
  const venueOf = (input: Input) => {
    const venue = venues.find(({ name }) => name === text(input, 'venue'))
    if (!venue) throw badField('venue', `must be one of ${venues.map(({ name }) => name).join(', ')}`)
    return venue
  }
  return {
    'POST /clock': {
      fields: ['at', 'advanceMs'],
      run: (input) => {
        if (input.at !== undefined) clock.set(moment(input, 'at'))
        if (input.advanceMs !== undefined) clock.advance(whole(input, 'advanceMs'))
        return { at: new Date(clock.now()).toISOString() }
      },
    },
    'POST /fail': {
      fields: ['venue', 'path', 'times', 'status', 'retryAfter', 'body'],
      run: (input) => {
        const retryAfterSeconds = input.retryAfter === undefined ? null : whole(input, 'retryAfter')
        const body = input.body === undefined ? '' : text(input, 'body')
        faults.add({ is: 'status', status: whole(input, 'status'), retryAfterSeconds, body }, match(input))
        return { ok: true }
      },
    },
    'POST /slow': {
      fields: ['venue', 'path', 'times', 'ms'],
      run: (input) => {
        faults.add({ is: 'slow', ms: whole(input, 'ms') }, match(input))
        return { ok: true }
      },
    },
    'POST /cut': {
      fields: ['venue', 'path', 'times', 'afterBytes'],
      run: (input) => {
        const afterBytes = input.afterBytes === undefined ? 0 : whole(input, 'afterBytes')
        faults.add({ is: 'cut', afterBytes }, match(input))
        return { ok: true }
      },
    },
    'POST /spend': {
      fields: ['venue', 'weight'],
      run: (input) => {
        const venue = venueOf(input)
        venue.spend(whole(input, 'weight'))
        return { used: venue.used() }
      },
    },
    'POST /gap': {
      fields: ['base', 'from', 'to'],
      run: (input) => {
        const contract = market.find(text(input, 'base'))
        if (!contract) throw badField('base', `must be one of ${market.contracts.map(({ base }) => base).join(', ')}`)
        contract.gaps.push({ from: moment(input, 'from'), to: moment(input, 'to') })
        return { gaps: contract.gaps.length }
      },
    },
    'POST /archive': {
      fields: ['wrongHash', 'missing', 'holeFrom', 'holeTo', 'times'],
      run: (input) => {
        const times = input.times === undefined ? 1 : whole(input, 'times')
        if (input.wrongHash !== undefined) archiveFaults.wrongHash.set(text(input, 'wrongHash'), times)
        if (input.missing !== undefined) archiveFaults.missing.add(text(input, 'missing'))
        if (input.holeFrom !== undefined)
          archiveFaults.holes.push({ from: moment(input, 'holeFrom'), to: moment(input, 'holeTo') })
        return { ok: true }
      },
    },
    'POST /calm': {
      fields: [],
      run: () => {
        faults.clear()
        return { ok: true }
      },
    },
    'GET /requests': {
      fields: ['venue'],
      run: (input) => asked.filter(({ venue }) => input.venue === undefined || venue === venueOf(input).name),
    },
    'GET /state': {
      fields: [],
      run: () => ({
        at: new Date(clock.now()).toISOString(),
        used: Object.fromEntries(venues.map((venue) => [venue.name, venue.used()])),
        contracts: market.contracts.map(({ base, listedAt }) => ({ base, listedAt: new Date(listedAt).toISOString() })),
      }),
    },
  }
}

function text(input: Input, field: string): string {
  const value = input[field]
  if (typeof value !== 'string' || value === '') throw badField(field, 'must be text, not empty')
  return value
}

function whole(input: Input, field: string): number {
  const value = input[field]
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw badField(field, 'must be a whole number, not below 0')
  return Number(value)
}

function moment(input: Input, field: string): number {
  const at = Date.parse(text(input, field))
  if (Number.isNaN(at)) throw badField(field, 'must be a time: 2024-01-31T12:00:00Z')
  return at
}
