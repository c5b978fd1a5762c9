export async function run(ctx) {
  const report = () => {
    const shops = Object.entries(ctx.secrets)
    console.log('shops', shops.map(([name, secret]) => `${name}=${secret.reveal()}`).join())
    ctx.report('ready', {
      accounts: ctx.config.phones.split(','),
      detail: { shops: shops.map(([name]) => name).join() },
    })
  }
  ctx.onConfig(report)
  ctx.onSecrets(report)
  report()
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }))
}
