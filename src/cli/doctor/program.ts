// The program itself and what was set for it.
import { readFileSync } from 'node:fs'
import { keysOnlyInEnvironment } from '../../config/config.js'
import { isInContainer } from '../../node/container.js'
import { type Finding, fail, ok, type Patient, warn } from './finding.js'

const OLDEST = [22, 15]

export function checkNode(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldMajor = 0, oldMinor = 0] = OLDEST
  const isNew = major > oldMajor || (major === oldMajor && minor >= oldMinor)
  if (isNew) return [ok('node', `Node ${process.versions.node} (${process.execPath})`)]
  return [fail('node', `Node ${process.versions.node} is too old.`, `Node ${OLDEST.join('.')} or newer`)]
}

export function checkPm2({ checkout }: Pick<Patient, 'checkout'>): Finding[] {
  const versionIn = (file: string) => JSON.parse(readFileSync(`${checkout}/${file}`, 'utf8'))
  const wanted: string = versionIn('package.json').dependencies.pm2
  const found: string = versionIn('node_modules/pm2/package.json').version
  if (found === wanted) return [ok('pm2', `PM2 ${found}`)]
  return [warn('pm2', `PM2 ${found} is installed, ${wanted} was tested.`, 'npm ci')]
}

/** @param inContainer whether the environment is where its manager keeps settings: nobody says `frota up` there */
export function checkSettings({ config }: Pick<Patient, 'config'>, inContainer = isInContainer()): Finding[] {
  const foreign = config.foreign.map(({ name, use }) => warn('settings', `${name} is not read.`, `use instead: ${use}`))
  const shellOnly = (inContainer ? [] : keysOnlyInEnvironment(config)).map((name) =>
    warn(
      'settings',
      `${name} is set only in this environment.`,
      `"frota up" needs it in ${config.paths.envFile} (0600)`,
    ),
  )
  const only = config.only
    ? [warn('settings', `FROTA_ONLY limits this home to ${config.only.length} session(s).`, 'unset it when done')]
    : []
  const all = [...foreign, ...shellOnly, ...only]
  return all.length > 0 ? all : [ok('settings', 'environment and .env are right')]
}

export async function checkKinds({ admin, config }: Patient): Promise<Finding[]> {
  const kinds = await admin.openKinds()
  const problems = kinds.problems.map((problem) =>
    fail('kinds', problem, 'its sessions cannot start; see FROTA_KINDS in .env.example'),
  )
  const names = kinds.list().map((kind) => kind.name)
  const outside = config.kinds.length > 0 ? 'kinds of FROTA_KINDS are trusted code' : ''
  return [...problems, ok('kinds', names.join(', '), outside)]
}
