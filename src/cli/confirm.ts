// Destructive verbs: --yes, or a typed answer. Nobody there means no.
import { createInterface } from 'node:readline/promises'
import { EXIT, notAllowed, UserError } from '../core/errors.js'
import { plainLines } from '../core/plain-text.js'
import type { Cli } from './cli.js'

export async function confirm(cli: Pick<Cli, 'yes' | 'interactive'>, message: string): Promise<void> {
  if (cli.yes) return
  const head = message.split('\n')[0] ?? message
  if (!cli.interactive) throw notAllowed('NEEDS_YES', `${head} Refused: nobody is there to answer.`, 'pass --yes')
  if (!/^y(es)?$/i.test(await askLine(`${message} [y/N] `)))
    throw notAllowed('REFUSED', 'Refused; nothing was changed.')
}

/** One line of a person at the terminal; the question is on stderr, since stdout is for data. */
export async function askLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(plainLines(question)).catch((thrown) => {
      if (!(thrown instanceof Error && thrown.name === 'AbortError')) throw thrown
      throw new UserError('INTERRUPTED', 'Interrupted; nothing was changed.', '', EXIT.interrupted)
    })
    return answer.trim()
  } finally {
    lines.close()
  }
}
