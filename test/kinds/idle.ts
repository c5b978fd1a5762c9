import type { SessionContext } from '../../src/kinds/kind.js'

export async function run(ctx: SessionContext): Promise<void> {
  ctx.report('ready')
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }))
}
