// Chromium: there, able to start, and with its own sandbox where that is possible.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { browserEnv } from '../../config/browser-env.js'
import { messageOf } from '../../core/errors.js'
import { type Finding, fail, ok, type Patient, warn } from './finding.js'

const START_WITHIN_MS = 15_000

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
    return [ok('browser', `${stdout.trim() || browser.version} (${browser.path})`)]
  } catch (thrown) {
    const why = messageOf(thrown).split('\n').slice(-2).join(' ').trim()
    return [fail('browser', `${browser.path} does not start: ${why}`, 'npm run build unpacks the bundled one again')]
  }
}

export function checkSandbox({ config }: Patient): Finding[] {
  const isRoot = process.getuid?.() === 0
  const setting = config.origins.FROTA_CHROMIUM_SANDBOX
  if (config.browserSandbox) {
    if (isRoot) {
      return [
        fail('sandbox', 'FROTA_CHROMIUM_SANDBOX is on, but Chromium refuses it as root.', 'run frota as another user'),
      ]
    }
    const closed = closedNamespaces()
    if (closed === null) return [ok('sandbox', 'Chromium runs in its own sandbox')]
    return [
      warn('sandbox', `${closed}: Chromium may not start.`, 'allow user namespaces, or FROTA_CHROMIUM_SANDBOX=off'),
    ]
  }
  if (setting === 'default') {
    return [warn('sandbox', 'Chromium runs without its sandbox, because you are root.', 'run frota as another user')]
  }
  return [warn('sandbox', 'FROTA_CHROMIUM_SANDBOX is off.', 'right in most containers; elsewhere take it out')]
}

/** What would keep an ordinary user's Chromium from its sandbox. */
function closedNamespaces(): string | null {
  const value = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : null)
  if (value('/proc/sys/kernel/unprivileged_userns_clone') === '0') return 'kernel.unprivileged_userns_clone is 0'
  if (value('/proc/sys/user/max_user_namespaces') === '0') return 'user.max_user_namespaces is 0'
  if (value('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'AppArmor restricts user namespaces'
  }
  return null
}
