export async function run(ctx) {
  if (ctx.config.takesLive) ctx.onConfig(() => ctx.journal.record('limits', ctx.limits))
  ctx.journal.record('limits', ctx.limits)
  ctx.report('ready')
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }))
}
