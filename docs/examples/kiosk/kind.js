// Sells newspapers over card readers: a small kind that has one of everything a kind may have.
import { defineKind, file, z } from 'frota'

const beside = (name) => new URL(name, import.meta.url)

export default defineKind({
  name: 'kiosk',
  title: 'Kiosk',
  config: z.object({ paper: z.enum(['morning', 'evening']).default('morning').describe('What it sells') }),
  limits: z.object({
    readers: z.int().nullable().default(1).describe('Card readers'),
    evening: z.boolean().default(false).describe('Whether it may sell the evening paper'),
  }),
  plans: { pro: { readers: 5 }, enterprise: { readers: null, evening: true } },
  refuses: ({ config, secretNames }, { readers, evening }) => [
    ...(readers !== null && secretNames.length > readers ? [`readers: the plan allows ${readers}`] : []),
    ...(config.paper === 'evening' && !evening ? ['paper: the plan has the morning paper only'] : []),
  ],
  secrets: { 'READER_*': 'optional' },
  needs: ['prices'],
  services: { prices: beside('./prices.js') },
  hooks: { paid: { help: 'A card was charged: {"id", "reader", "cents"}' } },
  commands: {
    sales: { input: z.object({}), help: 'What was sold' },
    price: { input: z.object({}), help: 'What its paper costs now, in cents' },
  },
  jobs: {
    sample: {
      input: z.object({ sales: z.int().min(1).max(1000).default(10) }),
      help: 'Makes a list',
      run: beside('./sample.js'),
    },
    total: { input: z.object({ sales: file() }), args: ['sales'], help: 'Adds up a list', run: beside('./total.js') },
  },
  views: {
    sales: {
      help: 'What was sold',
      records: 'sales',
      columns: { paper: { type: 'text' }, cents: { type: 'integer' } },
    },
  },
  check: beside('./check.js'),
  run: beside('./run.js'),
})
