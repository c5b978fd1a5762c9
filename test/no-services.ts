// A home without host services, or with those that a test brings.
import { join } from 'node:path'
import type { ServiceParts } from '../src/supervisor/parts.js'
import { openTickets } from '../src/supervisor/tickets.js'

export const noServices = (dir: string, change: Partial<ServiceParts> = {}): ServiceParts => ({
  socket: join(dir, 'services.sock'),
  sockets: join(dir, 'host'),
  args: [],
  tickets: openTickets(new Uint8Array(32).fill(1)),
  settings: new Map(),
  secrets: () => ({ names: () => [], version: () => '', open: () => ({}) }),
  opaque: (id) => `opaque-${id}`,
  ...change,
})
