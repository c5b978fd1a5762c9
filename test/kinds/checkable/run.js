export async function run(ctx) {
  ctx.report('ready')
  for (;;) await ctx.clock.sleep(1_000)
}
