// PM2 alone, through its own API: starts COUNT empty scripts and says how long it took until all had booted.
const { readdirSync } = require('node:fs')
const path = require('node:path')
const pm2 = require('pm2')

const count = Number(process.env.COUNT)
const lean = {
  interpreter: 'none',
  script: process.execPath,
  args: [path.join(__dirname, 'empty.cjs')],
  exec_mode: 'fork',
  autorestart: false,
  pmx: false,
  vizion: false,
  automation: false,
  treekill: false,
  out_file: '/dev/null',
  error_file: '/dev/null',
  filter_env: [''],
  env: { PATH: process.env.PATH, BOOTED_DIR: process.env.BOOTED_DIR },
}
const defaults = {
  script: path.join(__dirname, 'empty.cjs'),
  wait_ready: true,
  listen_timeout: 60_000,
  env: { BOOTED_DIR: process.env.BOOTED_DIR },
}
const options = process.env.MODE === 'lean' ? lean : defaults

pm2.connect((error) => {
  if (error) throw error
  const startedAt = performance.now()
  const names = Array.from({ length: count }, (_, i) => `e${i}`)
  let answered = 0
  const next = () => {
    const name = names.shift()
    if (name === undefined) return
    pm2.start({ ...options, name }, (failed) => {
      if (failed) throw failed
      answered++
      next()
    })
  }
  for (let i = 0; i < 4; i++) next()
  const timer = setInterval(() => {
    if (answered < count || readdirSync(process.env.BOOTED_DIR).length < count) return
    clearInterval(timer)
    process.stdout.write(`${JSON.stringify({ ms: performance.now() - startedAt })}\n`)
    pm2.disconnect()
  }, 10)
})
