// The venues by their names, which are ccxt's.
import { binanceusdm } from './binanceusdm.js'
import { bybit } from './bybit.js'
import { hyperliquid } from './hyperliquid.js'
import type { Venue, VenueName } from './venue.js'

const BY_NAME: Readonly<Record<VenueName, Venue>> = { binanceusdm, bybit, hyperliquid }

export const venueNamed = (name: VenueName): Venue => BY_NAME[name]
