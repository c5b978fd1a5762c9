// Needs a host service that nobody brings.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'unmet',
  title: 'Unmet',
  config: z.object({}),
  needs: ['dek'],
  run: new URL('./run.js', import.meta.url),
})
