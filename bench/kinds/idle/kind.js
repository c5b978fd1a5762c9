import { defineKind, z } from 'frota'

export default defineKind({
  name: 'idle',
  title: 'Does nothing',
  config: z.object({}),
  commands: { burst: { input: z.object({ count: z.int().min(1) }), help: 'records that many events' } },
  run: new URL('./run.js', import.meta.url),
})
