import { SessionExit } from 'frota'

export async function run(ctx) {
  ctx.commands.on('tell', async ({ key, level }) => {
    for (const text of ['once', 'twice']) {
      ctx.journal.transaction(() => {
        ctx.journal.record('said', { key, text })
        ctx.notify({ key, level, title: `About ${key}`, text })
      })
    }
    return {}
  })
  let leave = () => undefined
  const leaving = new Promise((_, reject) => {
    leave = () => reject(new SessionExit(65, 'logged out on the phone; see /srv/tokens'))
  })
  leaving.catch(() => undefined)
  ctx.commands.on('leave', async () => {
    setTimeout(leave, 10)
    return {}
  })
  ctx.report('ready')
  await Promise.race([leaving, new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))])
}
