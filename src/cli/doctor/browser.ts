// Chromium: there, able to start, and with its own sandbox where that is possible.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { lacksOfHost } from '../../config/browser.js'
import { browserEnv } from '../../config/browser-env.js'
import { messageOf } from '../../core/errors.js'
import { closedUserNamespaces } from '../../processes/user-namespaces.js'
import { type Finding, fail, ok, type Patient, warn } from './finding.js'

const START_WITHIN_MS = 15_000
const INSTALL_LIBRARIES = 'as root: apt-get install libnss3'

export async function checkBrowser({ config, admin }: Patient): Promise<Finding[]> {
  const browser = admin.browser()
  if (!browser) {
    return config.chromium === null
      ? [
          warn(
            'browser',
            'There is no Chromium.',
            'npm start unpacks it (x64), or set FROTA_CHROMIUM; WhatsApp sessions need one',
          ),
        ]
      : [
          fail(
            'browser',
            `FROTA_CHROMIUM is ${config.chromium}: there is no such file.`,
            'the path of a Chromium or Chrome',
          ),
        ]
  }
  try {
    const env = browserEnv(browser, config.home) as NodeJS.ProcessEnv
    const { stdout } = await promisify(execFile)(browser.path, ['--version'], { env, timeout: START_WITHIN_MS })
    const lacks = lacksOfHost(browser)
    if (lacks !== null) return [fail('browser', `${lacks} is missing: Chromium would open no page.`, INSTALL_LIBRARIES)]
    return [ok('browser', `${stdout.trim() || browser.version} (${browser.path})`)]
  } catch (thrown) {
    const why = messageOf(thrown).split('\n').slice(-2).join(' ').trim()
    return [fail('browser', `${browser.path} does not start: ${why}`, 'npm run build unpacks the bundled one again')]
  }
}

export function checkSandbox({ config }: Pick<Patient, 'config'>): Finding[] {
  const isRoot = process.getuid?.() === 0
  if (config.browserSandbox !== 'off') {
    if (isRoot) {
      return [
        fail('sandbox', 'FROTA_CHROMIUM_SANDBOX is on, but Chromium refuses it as root.', 'run frota as another user'),
      ]
    }
    const closed = closedUserNamespaces()
    if (closed === null) return [ok('sandbox', 'Chromium runs in its own sandbox')]
    return config.browserSandbox === 'try'
      ? [warn('sandbox', `${closed}: Chromium runs without its own sandbox.`, WHERE_TRIED)]
      : [warn('sandbox', `${closed}: Chromium may not start.`, 'allow them, or FROTA_CHROMIUM_SANDBOX=try')]
  }
  const asked = config.origins.FROTA_CHROMIUM_SANDBOX !== 'default' && !isRoot
  if (!asked) {
    return [warn('sandbox', 'Chromium runs without its sandbox, because you are root.', 'run frota as another user')]
  }
  return [warn('sandbox', 'FROTA_CHROMIUM_SANDBOX is off.', 'try: on, wherever the kernel lets it')]
}

const WHERE_TRIED = 'in a container: its seccomp profile (docs/docker.md); else allow user namespaces'
