// What a WhatsApp session needs of its host: a Chromium that starts, with the flags that it is started with there. Whether
// the phone is still linked only the running session knows; whether WhatsApp can be reached is asked for every kind that
// says what it reaches.
import { type ChildProcess, spawn } from 'node:child_process'
import { browserEnv } from '../../config/browser-env.js'
import { later } from '../../node/waits.js'
import type { CheckContext, Finding } from '../check.js'
import { chromiumFlags } from './browser-flags.js'

const START_WITHIN_MS = 20_000
/** Said once it takes orders: what puppeteer waits for too. */
const IS_UP = /^DevTools listening on /m
const KEPT_CHARS = 2_000

export async function check({ dirs, signal }: CheckContext): Promise<Finding[]> {
  const { browser: path, browserLibs: libs, browserSandbox: sandbox, tmp } = dirs
  if (path === null) return [error('there is no Chromium', 'npm start unpacks it (x64), or set FROTA_CHROMIUM')]
  // A profile of its own: the session's may be in use.
  const own = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${tmp}/profile`, 'about:blank']
  const env = browserEnv({ path, libs }, tmp) as NodeJS.ProcessEnv
  const child = spawn(path, [...chromiumFlags({ sandbox, endpoint: undefined }), ...own], {
    env,
    signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const problem = await Promise.race([problemOf(child), later(START_WITHIN_MS)])
    if (problem === '') return [{ level: 'ok', what: 'browser', text: `Chromium starts (${path})` }]
    const why = problem ?? `it is not up after ${START_WITHIN_MS / 1000} s`
    return [error(`Chromium does not start (${path}): ${why}`, 'frota doctor looks at the browser and its sandbox')]
  } finally {
    child.kill('SIGKILL')
  }
}

/** Resolves when it is up ('') or has ended (why). */
function problemOf(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((resolve) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-KEPT_CHARS)
      if (IS_UP.test(said)) resolve('')
    })
    child.once('error', (thrown) => resolve(thrown.message))
    child.once('close', (code, signal) => {
      const last = said.trim().split('\n').at(-1) ?? ''
      resolve(`it ended (${signal ?? `exit ${code}`})${last === '' ? '' : `: ${last}`}`)
    })
  })
}

const error = (text: string, hint: string): Finding => ({ level: 'error', what: 'browser', text, hint })
