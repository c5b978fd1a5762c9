// `frota health`, apart from the rest: a container's manager asks it every few seconds and waits, so nothing is loaded that
// is not needed to ask. The launcher comes here by itself when there is nothing to parse (bin/frota).
import { tellHealth } from '../cli/health.js'
import { readEnvironment } from '../config/environment.js'
import { locateHome } from '../config/home.js'

const CHECKOUT = import.meta.filename.replace(/\/(dist\/)?src\/main\/health\.[jt]s$/, '')

export async function main(words: readonly string[]): Promise<void> {
  const home = () => locateHome({ env: readEnvironment(), checkout: CHECKOUT, cwd: process.cwd() })
  process.exitCode = await tellHealth(home, words.includes('--json'))
}
