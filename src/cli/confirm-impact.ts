import type { Impact } from '../fleet/impact.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'
import { impactWords } from './impact-words.js'

/** Nobody's customers go offline by a word that does not say so. */
export async function confirmImpact(cli: Cli, slug: string, impact: Impact) {
  const words = impactWords(impact)
  if (words !== null) await confirm(cli, `${slug}: ${words} Go on?`)
}
