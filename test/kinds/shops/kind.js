import { defineKind, z } from 'frota'

export default defineKind({
  name: 'shops',
  title: 'Has a secret for each shop, takes new ones while it runs, and reports the phones of its config (test)',
  config: z.object({ phones: z.string().default('') }),
  secrets: { 'SHOP_*': 'optional' },
  claims: (_config, secrets) => Object.values(secrets),
  run: new URL('./run.js', import.meta.url),
})
