import { existsSync, readdirSync } from 'node:fs'

export const check = (ctx) => acts[ctx.config.act](ctx)

const ok = (what, text) => ({ level: 'ok', what, text })

const acts = {
  async looks({ session, config, secrets, limits, dirs, clock, ...rest }) {
    return [
      ok('session', `${session.ref} ${session.id.length}`),
      ok('given', [...Object.keys(secrets).sort(), ...Object.keys(rest).sort(), limits.bots].join(' ')),
      ok('env', Object.keys(process.env).sort().join(' ')),
      ok('argv', process.argv.slice(2).join(' ')),
      ok('dirs', `${existsSync(dirs.tmp)} ${readdirSync(dirs.tmp).length} ${dirs.data.endsWith('/tokens/acme/c')}`),
      secrets.API_KEY.reveal().startsWith('good')
        ? { level: 'warning', what: 'API_KEY', text: 'ends soon', hint: 'renew it' }
        : { level: 'error', what: 'API_KEY', text: 'refused' },
    ]
  },
  async leaks({ secrets, log }) {
    log.warn(`logged ${secrets.API_KEY.reveal()}`)
    return [
      { level: 'error', what: 'API_KEY', text: `${secrets.API_KEY.reveal()} is bad`, hint: secrets.API_KEY.reveal() },
    ]
  },
  async throws({ secrets }) {
    throw new Error(`the venue refused ${secrets.API_KEY.reveal()}`)
  },
  async grows() {
    for (const kept = []; ; await new Promise((resolve) => setTimeout(resolve, 20))) kept.push(Buffer.alloc(2 ** 24, 1))
  },
  hangs: ({ clock }) => clock.sleep(1e9),
  babbles: async () => 'all is well',
}
