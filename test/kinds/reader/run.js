import { readFileSync, statSync } from 'node:fs'

const textOf = ({ text }) => text && readFileSync(text.path, 'utf8')

export async function run(ctx) {
  if (ctx.config.live) ctx.onConfig(() => undefined)
  ctx.commands.on('read', async () => {
    const { text } = ctx.config
    return {
      text: textOf(ctx.config) ?? null,
      file: text ?? null,
      mode: text ? statSync(text.path).mode & 0o777 : null,
    }
  })
  ctx.report('ready', { detail: { text: textOf(ctx.config) ?? null } })
  for (;;) await ctx.clock.sleep(1_000)
}

export const check = async ({ config }) => [{ level: 'ok', what: 'text', text: textOf(config) ?? 'none' }]
