// Works on whatever it is told; only the end of its grace ends it.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'deaf',
  title: 'Ignores the stop',
  config: z.object({}),
  stopWithinMs: 1_000,
  run: new URL('./run.js', import.meta.url),
})
