// Starts and says nothing: its ready deadline is what ends it.
import { defineKind, z } from 'frota'

export default defineKind({
  name: 'never-ready',
  title: 'Never gets ready',
  config: z.object({}),
  readyWithinMs: 1_500,
  stopWithinMs: 1_000,
  run: new URL('./run.js', import.meta.url),
})
