// Loads wppconnect and undoes what loading it does to a process.
import type { Whatsapp } from '@wppconnect-team/wppconnect'

type Library = typeof import('@wppconnect-team/wppconnect')

const { createRequire } = process.getBuiltinModule('node:module')

/** It loads these at once, for stickers and downloads that a text session never makes: 15 MB in every session. */
const SELDOM_USED = ['axios', 'sharp']

export function loadLibrary(): Library {
  const require = createRequire(import.meta.url)
  const withdraw = postpone(require)
  const before = new Set(process.listeners('unhandledRejection'))
  const library = require('@wppconnect-team/wppconnect') as Library
  // Its handler would swallow every unhandled rejection of ours, too.
  for (const listener of process.listeners('unhandledRejection')) {
    if (!before.has(listener)) process.off('unhandledRejection', listener)
  }
  withdraw()
  tellOfClients(library)
  return library
}

/** An option of ours: who asks for a client hears of it before it does anything. */
export interface Listening {
  onClient(client: Whatsapp): Promise<void>
}

let told = false

/** `create` hands its client over only when all went well; one that was given up on the way keeps its timers for ever. */
function tellOfClients({ Whatsapp }: Library) {
  if (told) return
  told = true
  const { start } = Whatsapp.prototype
  Whatsapp.prototype.start = async function (this: Whatsapp) {
    const { onClient } = this.options as Partial<Listening>
    await onClient?.(this)
    return start.call(this)
  }
}

/** Ends its timers: it would itself at this event, which a killed browser never sends. */
export const silence = (client: Whatsapp) => void client.page.emit('close' as never, undefined as never)

/** Puts stand-ins where `require` looks first; the real module is loaded when one is touched. */
function postpone(require: NodeJS.Require): () => void {
  const theirs = createRequire(require.resolve('@wppconnect-team/wppconnect'))
  const files = SELDOM_USED.map((name) => theirs.resolve(name)).filter((file) => !(file in require.cache))
  for (const file of files) {
    const real = () => theirs(file) as Record<PropertyKey, unknown> & ((...args: unknown[]) => unknown)
    const exports = new Proxy(() => undefined, {
      get: (_, key) => (key === '__esModule' ? undefined : real()[key]),
      apply: (_, __, args: unknown[]) => real()(...args),
    })
    require.cache[file] = {
      id: file,
      filename: file,
      path: file,
      loaded: true,
      exports,
      children: [],
      paths: [],
    } as never
  }
  return () => {
    for (const file of files) delete require.cache[file]
  }
}
