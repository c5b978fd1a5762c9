// A kind that plans limit: all that a new limit needs is in this folder.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'limited',
  title: 'Watches symbols',
  config: z.object({
    symbols: z.array(z.string()).default([]).describe('What it watches'),
    live: z.boolean().default(false),
    takesLive: z.boolean().default(false).describe('Takes new config and limits without a restart'),
  }),
  limits: z.object({
    symbols: z.int().min(0).nullable().default(1).describe('Symbols of all its sessions together'),
    modes: z.array(z.enum(['paper', 'live'])).default(['paper']),
    keys: z.int().min(0).nullable().default(0).describe('Keys of a session'),
  }),
  plans: { pro: { symbols: 3, modes: ['paper', 'live'], keys: 1 }, enterprise: { symbols: null, keys: null } },
  secrets: { KEY_A: 'optional', KEY_B: 'optional' },
  refuses({ config, secretNames, others }, { symbols, modes, keys }) {
    const used = [config, ...others.map((other) => other.config)].flatMap((each) => each.symbols).length
    return [
      ...(symbols !== null && used > symbols ? [`symbols: the plan allows ${symbols}`] : []),
      ...(config.live && !modes.includes('live') ? ['live: the plan allows paper only'] : []),
      ...(keys !== null && secretNames.length > keys ? [`keys: the plan allows ${keys}`] : []),
    ]
  },
  run: new URL('./run.js', import.meta.url),
})
