export async function run(ctx) {
  ctx.commands.on('burst', async ({ count }) => {
    for (let n = 0; n < count; n++) ctx.journal.record('bench', { n, text: 'as long as a short message usually is' })
    return { count }
  })
  ctx.report('ready')
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }))
}
