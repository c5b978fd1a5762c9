// A kind with jobs, for tests of the real command: one that says what it was given, one that misbehaves as it is told.
import { defineKind, file, sessionConfig, z } from 'frota'

const ACTS = ['prints', 'refuses', 'breaks', 'fails', 'leaks', 'exits', 'detaches', 'obeys', 'writes'].concat([
  'ignores-stop',
  'never-lets-go',
])

export default defineKind({
  name: 'cruncher',
  title: 'Cruncher',
  config: z.object({}),
  jobs: {
    tell: {
      input: z.object({
        numbers: z.array(z.number()).default([]).describe('What to add up'),
        fillModel: z.enum(['open', 'close']).default('open').describe('Where it is filled'),
        takeProfit: z.number().min(1).optional().describe('Percent'),
        closeAtEnd: z.boolean().default(true).describe('Close what is open'),
        wholeUnits: z.boolean().default(false).describe('No fractions'),
        label: z.string().describe('What it is called'),
        more: z.json().optional().describe('Anything'),
        data: file({ maxBytes: 1000, help: 'Candles' }).optional(),
        others: z.array(file()).default([]),
        like: sessionConfig({ kind: 'reader', help: 'As this session is set' }).optional(),
      }),
      args: ['label', 'numbers'],
      help: 'Says what it was given',
      run: new URL('./tell.js', import.meta.url),
    },
    act: {
      input: z.object({ act: z.enum(ACTS).describe('What it does'), file: z.string().optional().describe('Where to') }),
      args: ['act'],
      maxMemory: '200MB',
      help: 'Misbehaves',
      run: new URL('./act.js', import.meta.url),
    },
  },
  run: new URL('./tell.js', import.meta.url),
})
