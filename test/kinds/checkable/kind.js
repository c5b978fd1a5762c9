// A kind with a check, which looks at what it is given or misbehaves as its config says.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'checkable',
  title: 'Checkable',
  secrets: { API_KEY: 'required', 'BOT_*': 'optional' },
  config: z.object({
    act: z
      .enum(['looks', 'leaks', 'throws', 'hangs', 'grows', 'babbles'])
      .default('looks')
      .describe('What its check does'),
    url: z.url().optional().describe('What it reaches'),
  }),
  limits: z.object({ bots: z.int().default(1) }),
  reaches: ({ url }) => (url ? [url] : []),
  check: new URL('./check.js', import.meta.url),
  run: new URL('./run.js', import.meta.url),
})
