import { writeSync } from 'node:fs'
import { HOSTILE } from './words.js'

export async function run(ctx) {
  const { on } = ctx.commands
  on('say', async () => ({ [HOSTILE]: HOSTILE, inner: { text: HOSTILE } }))
  on('list', async () => [HOSTILE, { text: HOSTILE }])
  on('refuse', async () => {
    throw Object.assign(new Error(HOSTILE), { name: 'UserError', code: 'REFUSED', hint: HOSTILE })
  })
  on('fail', async () => {
    throw new Error(HOSTILE)
  })
  on('pair', async () => ({ paired: false, reason: HOSTILE }))
  console.log(HOSTILE)
  writeSync(2, `past the log ${HOSTILE}`)
  ctx.log.warn(HOSTILE, { [HOSTILE]: HOSTILE })
  ctx.journal.record('said', { [HOSTILE]: HOSTILE, word: HOSTILE })
  ctx.report('ready', { reason: HOSTILE, detail: { [HOSTILE]: HOSTILE } })
  while (!ctx.signal.aborted) await ctx.clock.sleep(1_000)
}
