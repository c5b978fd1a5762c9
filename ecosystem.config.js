// For operators who want their own PM2 to run the supervisor: pm2 start ecosystem.config.js
// (`frota up` does the same with a PM2 of frota's own.) An ES module with `export const apps`: PM2 7 reads no other form.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const { findNode } = createRequire(import.meta.url)('./bin/find-node.js')
const node = findNode()

export const apps = [
  {
    name: 'frota',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    script: 'bin/frota',
    args: 'serve',
    interpreter: 'path' in node ? node.path : 'node',
    exec_mode: 'fork',
    autorestart: true,
    // `frota down` ends it with 0: that is meant. Everything else is started again.
    stop_exit_codes: [0],
    restart_delay: 1000,
    max_restarts: 1_000_000,
    // Sessions are not PM2's to signal: with a tree kill, `pm2 restart frota` would end them all.
    treekill: false,
    kill_timeout: 15_000,
    pmx: false,
    vizion: false,
    // Nothing of the operator's shell but what is needed; keys come from the home's 0600 .env or key file.
    filter_env: [''],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: process.env.LANG ?? 'C.UTF-8', ...home() },
  },
]

function home() {
  return process.env.FROTA_HOME ? { FROTA_HOME: process.env.FROTA_HOME } : {}
}
