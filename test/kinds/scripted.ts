// Does what its config says: `act` names one of the misdeeds below.
import type { SessionContext } from '../../src/kinds/kind.js'

class SessionExit extends Error {
  override readonly name = 'SessionExit'
  readonly exitCode = 65
}

export async function run(ctx: SessionContext<{ act: string }>): Promise<void> {
  const act = acts[ctx.config.act]
  if (!act) throw new Error(`no act "${ctx.config.act}"`)
  await act(ctx)
}

const untilAbort = (ctx: SessionContext<{ act: string }>) =>
  new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }))

const acts: Record<string, (ctx: SessionContext<{ act: string }>) => Promise<unknown>> = {
  returns: async (ctx) => ctx.report('ready'),
  throws: async () => {
    throw new Error('the exchange\nsaid hunter2-secret no')
  },
  async throwsLater(ctx) {
    ctx.report('ready')
    setTimeout(() => {
      throw new Error('from a timer: hunter2-secret')
    }, 10)
    await untilAbort(ctx)
  },
  async rejectsLater(ctx) {
    ctx.report('ready')
    void Promise.reject(new Error('nobody awaited me'))
    await untilAbort(ctx)
  },
  loggedOut: async () => {
    throw new SessionExit('logged out on the phone')
  },
  async ignoresAbort(ctx) {
    ctx.report('ready')
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  },
  async drains(ctx) {
    ctx.report('ready')
    void ctx.clock.sleep(60_000) // Nobody awaits this wait: the stop is not cut short by it.
    await untilAbort(ctx)
    await new Promise((resolve) => setTimeout(resolve, 100))
    ctx.journal.record('drained', {})
  },
  async records(ctx) {
    ctx.report('ready')
    for (let i = 0; i < 1_200; i++) ctx.journal.record('tick', { i })
    await untilAbort(ctx)
  },
  /** Until nothing more is taken; then tries the same again. Left alone, the refusal ends it. */
  async fillsUp(ctx) {
    for (let n = 0; ; n++) {
      try {
        ctx.journal.keep('orders', `o${n}`, { text: 'x'.repeat(50) })
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'RECORDS_FULL') throw error
        ctx.report('degraded', { detail: { kept: ctx.records('orders').entries().length } })
        await ctx.clock.sleep(50)
        n = ctx.records('orders').entries().length - 1
      }
    }
  },
  async fillsOver(ctx) {
    ctx.report('ready')
    for (let n = 0; ; n++) ctx.journal.keep('orders', `o${n}`, { text: 'x'.repeat(50) })
  },
  async storms(ctx) {
    for (let i = 0; i < 300; i++) {
      ctx.report('degraded', { reason: `try ${i}` })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    ctx.report('ready')
    await untilAbort(ctx)
  },
  async prints(ctx) {
    console.log('hello %s', 'world', { a: 1 })
    console.error('a url: https://x/?k=%s', encodeURIComponent('pässword one'))
    process.stdout.write('half a ')
    process.stdout.write('line\nnext\n')
    process.stderr.write('{"token":"hunter2-secret"}\n')
    process.emitWarning('careful')
    ctx.log.info('field', { key: 'hunter2-secret', msg: 'cannot overwrite' })
    ctx.report('degraded', { reason: 'refused hunter2-secret', detail: { a: 1 }, accounts: ['phone:1', 'bot:2'] })
    await untilAbort(ctx)
  },
  /** Everything it is told to say, through every door that it has. */
  async tells(ctx) {
    ctx.commands.on('tell', async ({ text }) => tellEverywhere(ctx, String(text)))
    ctx.commands.on('fail', async ({ text }) => {
      throw new Error(`${'x'.repeat(290)} ${text}`, { cause: new Error(`because of ${text}`) })
    })
    ctx.hooks.on('fail', async ({ rawBody }) => {
      throw new Error(`hook with ${rawBody}`)
    })
    ctx.commands.on('refuse', async ({ text }) => {
      throw Object.assign(new Error(`not with ${text}`), { name: 'UserError', code: 'REFUSED', hint: `try ${text}` })
    })
    ctx.commands.on('crash', async ({ text }) => {
      setTimeout(() => {
        throw new Error(`${'x'.repeat(290)} ${text}`, { cause: new Error(`because of ${text}`) })
      })
      return {}
    })
    ctx.report('ready')
    await untilAbort(ctx)
  },
  async floods(ctx) {
    for (let i = 0; i < 20_000; i++) ctx.log.info(`line ${i}`)
    ctx.log.error('still heard')
    ctx.report('ready')
    await untilAbort(ctx)
  },
  async commands(ctx) {
    ctx.commands.on('echo', async (input) => ({ got: input }))
    ctx.commands.on('refuse', async () => {
      const { UserError } = await import('../../src/core/errors.js')
      throw new UserError('NOT_PAIRED', 'Not paired.', 'frota pair')
    })
    ctx.commands.on('fail', async () => {
      throw new Error('a bug')
    })
    ctx.report('ready')
    await untilAbort(ctx)
  },
  async hooks(ctx) {
    ctx.hooks.on('echo', async ({ rawBody, headers }) => {
      ctx.journal.record('hook', { hex: rawBody.toString('hex') })
      return { status: 200, headers: { 'content-type': headers['content-type'] ?? '' }, body: rawBody }
    })
    ctx.report('ready', { detail: { id: ctx.session.id } })
    await untilAbort(ctx)
  },
  async live(ctx) {
    ctx.onConfig(({ act }) =>
      ctx.report('ready', {
        detail: {
          heard: act,
          same: ctx.config.act,
          most: ctx.limits.most ?? null,
          market: ctx.services.market ?? null,
        },
      }),
    )
    ctx.report('ready')
    await untilAbort(ctx)
  },
  async hearsSecrets(ctx) {
    ctx.onSecrets((secrets) => {
      const [name, secret] = Object.entries(secrets)[0] ?? []
      console.log('heard', secret?.reveal())
      ctx.report('ready', {
        detail: { name: name ?? null, told: `${secret?.reveal()}`, same: secrets === ctx.secrets },
      })
    })
    ctx.report('ready')
    await untilAbort(ctx)
  },
  async fullDisk(ctx) {
    ctx.report('ready')
    ctx.journal.db.exec(
      `PRAGMA max_page_count = ${Number(ctx.journal.db.prepare('PRAGMA page_count').get()?.page_count)}`,
    )
    try {
      for (;;) ctx.journal.record('x', { text: 'y'.repeat(4_000) })
    } catch (error) {
      ctx.log.warn(String(error))
    }
    await untilAbort(ctx)
  },
  async askLease(ctx) {
    ctx.report('ready')
    while (!ctx.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      ctx.report('ready', { detail: { confirmed: ctx.lease.confirmed(), epoch: ctx.lease.epoch } })
    }
  },
}

function tellEverywhere(ctx: SessionContext<{ act: string }>, text: string) {
  console.log('console', text)
  console.error({ text })
  console.dir(text)
  process.stdout.write('stdout ')
  for (let i = 0; i < text.length; i += 7) process.stdout.write(text.slice(i, i + 7))
  process.stdout.write('\n')
  process.stderr.write(`stderr ${'x'.repeat(15_990)}${text}${'x'.repeat(100)}\n`)
  process.emitWarning(text)
  ctx.log.info(`${'x'.repeat(7_990)}${text}`)
  ctx.log.warn('fields', { [text]: text, inner: [JSON.stringify({ text })] })
  ctx.journal.record('told', { [text]: text, long: `${'x'.repeat(300_000)}${text}` })
  ctx.journal.record('told', { text, inner: { deep: [text] } })
  ctx.report('degraded', { reason: `${'x'.repeat(990)} ${text}`, detail: { [text]: text } })
  return { [text]: [text, { inner: text }] }
}
