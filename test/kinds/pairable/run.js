export async function run(ctx) {
  let looks = 0
  let paired = false
  ctx.commands.on('pair', async ({ phone }) => {
    if (paired) return { paired }
    if (phone) return { paired, linkCode: 'ABCD-1234' }
    const attempt = 1 + Math.floor(looks++ / 2)
    return { paired, qr: { code: `code ${attempt}`, attempt } }
  })
  ctx.commands.on('scan', async () => {
    paired = true
    ctx.report('ready')
    return null
  })
  ctx.commands.on('say', async ({ text }) => {
    ctx.log.info(text)
    ctx.journal.record('said', { text })
    return { said: text }
  })
  ctx.report('pairing')
  await ctx.clock.sleep(600_000).catch(() => undefined)
}
