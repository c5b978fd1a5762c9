export async function run(ctx) {
  const { intents } = ctx.journal
  ctx.commands.on('post', async ({ id, text }) => ({ isNew: intents.plan(id, 'post', { text }) }))
  ctx.report('ready')
  while (!ctx.signal.aborted) {
    for (const intent of intents.open({ type: 'post', limit: 20 })) if (ctx.lease.confirmed()) await post(ctx, intent)
    await ctx.clock.sleep(500) // rejects when the session must stop: that ends run
  }
}

async function post(ctx, { key, state, data }) {
  const { intents, record, transaction } = ctx.journal
  const found = state === 'acting' && (await ask(ctx, 'GET', key)).ok // begun before a crash: look outside first
  if (!found) {
    intents.acting(key)
    const { ok, status } = await ask(ctx, 'PUT', key, data.text)
    if (status === 401) throw new (await import('frota')).SessionExit(65, 'the token was refused')
    if (!ok) throw new Error(`the server answered ${status}`) // ends this run; the next one begins at the top
  }
  transaction(() => {
    intents.done(key)
    record('posted', { id: key, found })
  })
}

const ask = ({ config, secrets, signal }, method, id, body) =>
  fetch(`${config.url}/${id}`, { method, body, signal, headers: { authorization: secrets.TOKEN.reveal() } })
