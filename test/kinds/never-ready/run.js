export async function run(ctx) {
  await ctx.clock.sleep(600_000)
}
