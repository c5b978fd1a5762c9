// A secret's way in: standard input when something is piped, else a prompt that shows nothing. Never argv: it would
// stand in the shell's history and in every `ps`.
import { EXIT, UserError, usage } from '../core/errors.js'
import type { Cli } from './cli.js'
import { writeErr } from './output.js'
import { readStandardInput } from './standard-input.js'

const MAX_BYTES = 64 * 1024
const CTRL_C = '\x03'
const CTRL_D = '\x04'
const CTRL_U = '\x15'
const BACKSPACE = /[\x7f\b]/

/** @throws NEEDS_VALUE when there is a terminal but nobody may be asked */
export async function readSecret(cli: Pick<Cli, 'interactive'>, name: string): Promise<string> {
  if (!process.stdin.isTTY) return readPiped(name)
  if (cli.interactive) return promptHidden(`${name}: `)
  throw usage('NEEDS_VALUE', `${name}: no value was given and nobody may be asked.`, 'pipe it: … < file')
}

async function readPiped(name: string): Promise<string> {
  const bytes = await readStandardInput(MAX_BYTES)
  if (bytes === null) throw usage('SECRET_TOO_LONG', `${name}: more than 64 KB.`)
  return decodeSecret(name, bytes)
}

/** One newline at the end is the shell's, not the secret's. */
export function decodeSecret(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch {
    throw usage('NOT_TEXT', `${name}: the value is not UTF-8 text.`)
  }
}

/** On stderr, so that stdout stays clean. Put back on every way out. */
function promptHidden(question: string): Promise<string> {
  const { stdin } = process
  return new Promise((resolve, reject) => {
    let value = ''
    const restore = () => stdin.setRawMode(false)
    const end = () => {
      stdin.off('data', take)
      process.off('exit', restore)
      restore()
      stdin.pause()
      writeErr('\n')
    }
    const take = (data: Buffer) => {
      for (const key of data.toString('utf8')) {
        if (key === CTRL_C) {
          end()
          return reject(new UserError('INTERRUPTED', 'Interrupted; nothing was changed.', '', EXIT.interrupted))
        }
        if (key === '\r' || key === '\n' || key === CTRL_D) {
          end()
          return resolve(value)
        }
        if (key === CTRL_U) value = ''
        else if (BACKSPACE.test(key)) value = [...value].slice(0, -1).join('')
        else value += key
      }
    }
    process.on('exit', restore)
    stdin.setRawMode(true) // before the question: whoever answers at once must not see it either
    stdin.on('data', take)
    stdin.resume()
    writeErr(question)
  })
}
