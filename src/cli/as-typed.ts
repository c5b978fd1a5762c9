// Commands within texts, as the operator can type them: `frota up` where frota is on the PATH, else `node bin/frota up`.
import { COMMAND_NAMES } from './command-names.js'

const OPTIONS = '-[-\\w]|\\[|\\w+ \\[options\\]'
const COMMAND = new RegExp(`(?<![\\w./-])frota(?= (?:(?:${COMMAND_NAMES.join('|')})(?![\\w-])|${OPTIONS}))`, 'g')

export const asTyped = (text: string, program: string): string =>
  program === 'frota' ? text : text.replace(COMMAND, () => program)
