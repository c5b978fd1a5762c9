export async function run(ctx) {
  ctx.report('ready')
  // Deaf and stuck: its loop never hears of the stop either.
  ctx.signal.addEventListener('abort', () => {
    for (;;);
  })
  await new Promise(() => setInterval(() => undefined, 60_000))
}
