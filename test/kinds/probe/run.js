import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { SessionExit } from 'frota'

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
  const counter = ctx.journal.table('probe')
  let hushed = false
  ctx.commands.on('ping', async ({ text }) => ({ text }))
  ctx.commands.on('hush', async () => {
    hushed = true
    return { n: counter.get('n') ?? 0 }
  })
  ctx.commands.on('stands', async () => Object.fromEntries(ctx.records('counters').entries()))
  ctx.commands.on('forget', async ({ who }) => {
    ctx.journal.forget(who)
    return {}
  })
  ctx.commands.on('clock', async ({ hours }) => {
    setClock(hours)
    return {}
  })
  ctx.commands.on('crash', async () => {
    setTimeout(() => {
      throw new Error(`crashed with ${ctx.secrets.PROBE_TOKEN?.reveal()}`)
    })
    return {}
  })
  const detail = (await acts[ctx.config.act](ctx)) ?? {}
  ctx.report('ready', { detail })
  while (!ctx.signal.aborted) {
    // Counted and recorded in one transaction: a number that is missing or twice in the store was lost or doubled.
    if (!hushed) tryCount(ctx, counter)
    await ctx.clock.sleep(ctx.config.everyMs)
  }
}

function tryCount(ctx, counter) {
  try {
    ctx.journal.transaction(() => {
      const n = (counter.get('n') ?? 0) + 1
      counter.set('n', n)
      ctx.journal.record('count', { n })
      if (ctx.config.act === 'keeps') keepCount(ctx, n)
      if (ctx.config.act === 'hoards') ctx.journal.keep('hoard', `h${n}`, { text: 'x'.repeat(100) })
    })
  } catch (error) {
    // The disk is full: told by the journal itself, and tried again.
    if (error.errcode !== 13) throw error
  }
}

/** How it stands, in the transaction of the event that led to it. */
function keepCount(ctx, n) {
  ctx.journal.keep('counters', 'n', { n })
  ctx.journal.keep('counters', 'odd', n % 2 ? { n } : null)
  if (n === 1) ctx.journal.keep('guests', 'ana', { since: n }, { subject: 'ana' })
}

/** For all that runs in this process, as when an operator sets the host's. */
function setClock(hours) {
  const Real = Date
  const now = () => Real.now() + hours * 3_600_000
  globalThis.Date = class extends Real {
    constructor(...args) {
      super(...(args.length === 0 ? [now()] : args))
    }
    static now() {
      return now()
    }
  }
}

/** True in the first run of a session only: most misdeeds are done once, to see it come back well. */
function firstTime(ctx) {
  const once = ctx.journal.table('once')
  const first = once.get(ctx.config.act) === undefined
  once.set(ctx.config.act, true)
  return first
}

const acts = {
  counts: async () => undefined,
  /** What stood when it began, before it counted anything. */
  keeps: async (ctx) => ({ stood: Object.fromEntries(ctx.records('counters').entries()) }),
  hoards: async () => undefined,
  async detaches() {
    const child = spawn('/bin/sleep', ['600'], { detached: true, stdio: 'ignore' })
    child.unref()
    return { child: child.pid }
  },
  async leaks(ctx) {
    if (!firstTime(ctx)) return
    const kept = []
    setInterval(() => kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 100)
  },
  async burns() {
    const burn = () => {
      const until = performance.now() + 50
      while (performance.now() < until);
      setImmediate(burn)
    }
    setImmediate(burn)
  },
  async floods(ctx) {
    const text = 'x'.repeat(500)
    const flood = () => {
      for (let i = 0; i < 200; i++) {
        ctx.log.info(text)
        console.log(text)
        process.stdout.write(`${text}\n`)
      }
      setTimeout(flood, 1)
    }
    flood()
  },
  async 'floods-stderr'() {
    // A child that inherits it: past the session's log, through PM2.
    const child = spawn('/bin/sh', ['-c', 'yes "$0" >&2', 'x'.repeat(200)], { stdio: ['ignore', 'ignore', 'inherit'] })
    return { child: child.pid }
  },
  async hangs(ctx) {
    if (!firstTime(ctx)) return
    // Blocks its thread for good, as an endless loop does, and takes no CPU from other tests.
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 1_000)
  },
  async crashes() {
    throw new Error('crashes at every start')
  },
  async exits(ctx) {
    throw new SessionExit(ctx.config.code, `asked to exit with ${ctx.config.code}`)
  },
  async 'echoes-secret'(ctx) {
    const secret = ctx.secrets.PROBE_TOKEN?.reveal()
    ctx.log.info(`the secret is ${secret}`, { field: secret })
    console.error('on the console:', secret)
    process.stderr.write(`on stderr: ${secret}\n`)
    return { said: true }
  },
}
