import { once } from 'node:events'
import { connect } from 'node:net'

const NEXT_CENTURY = new Date('2100-01-01T00:00:00Z')

export async function run(ctx) {
  const line = connect(ctx.config.witness)
  await once(line, 'connect')
  line.on('error', (error) => ctx.log.warn(`the witness is gone: ${error.message}`))
  line.write(`${JSON.stringify({ session: ctx.session.ref, pid: process.pid })}\n`)
  try {
    await live(ctx)
  } finally {
    line.destroy()
  }
}

async function live(ctx) {
  const { journal } = ctx
  const counter = journal.table('counter')
  if (counter.get('n') === undefined) begin(ctx)
  let hushed = false
  ctx.commands.on('hush', async () => {
    hushed = true
    return { n: counter.get('n') }
  })
  ctx.commands.on('stands', async () => ({
    secret: ctx.secrets.TOKEN.reveal().length,
    records: Object.fromEntries(ctx.records('things').entries()),
    intents: journal.intents.open({ type: 'act' }).map(({ key, state, data }) => ({ key, state, data })),
  }))
  ctx.report('ready')
  while (!ctx.signal.aborted) {
    if (!hushed) count(journal, counter)
    await ctx.clock.sleep(50)
  }
}

function begin(ctx) {
  const { intents } = ctx.journal
  for (const key of ['planned', 'acting', 'done', 'unknown']) intents.plan(key, 'act', { of: key })
  intents.plan('later', 'act', { of: 'later' }, { notBefore: NEXT_CENTURY })
  for (const key of ['acting', 'done', 'unknown']) intents.acting(key)
  intents.done('done', { ok: true })
  intents.unknown('unknown', 'nobody can say')
  ctx.journal.keep('things', 'gone', { n: 1 })
  ctx.journal.keep('things', 'gone', null)
  ctx.journal.keep('things', 'stays', { text: 'ação' }, { subject: 'ana' })
  ctx.notify({ key: 'began', level: 'info', title: 'Began', text: 'It counts from one.' })
}

function count(journal, counter) {
  journal.transaction(() => {
    const n = (counter.get('n') ?? 0) + 1
    counter.set('n', n)
    journal.record('count', { n })
  })
}
