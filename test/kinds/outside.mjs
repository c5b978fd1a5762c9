// A kind from outside, plain JavaScript: `frota` is found from wherever it lies.
import { defineKind, SESSION_EXIT, SessionExit, z } from 'frota'

export async function run(ctx) {
  if (ctx.config.act === 'validates') {
    // As where `run` and the kind's object lie in one module.
    const kind = defineKind({ config: z.object({ n: z.int() }) })
    return ctx.log.info(`n is ${kind.config.parse({ n: 7 }).n}`)
  }
  if (ctx.config.act === 'idles') {
    ctx.report('ready')
    return new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }))
  }
  throw new SessionExit(SESSION_EXIT.planLimit, 'from outside')
}
