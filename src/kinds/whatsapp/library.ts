// Loads wppconnect and undoes what loading it does to a process.
import type { Whatsapp } from '@wppconnect-team/wppconnect'

type Library = typeof import('@wppconnect-team/wppconnect')

const { createRequire } = process.getBuiltinModule('node:module')

/** Made by the build (scripts/bundle-wppconnect.mjs) of the package and what it stands on. */
const BUNDLE = '#wppconnect'

export function loadLibrary(): Library {
  const require = createRequire(import.meta.url)
  const before = new Set(process.listeners('unhandledRejection'))
  const library = require(BUNDLE) as Library
  // Its handler would swallow every unhandled rejection of ours, too.
  for (const listener of process.listeners('unhandledRejection')) {
    if (!before.has(listener)) process.off('unhandledRejection', listener)
  }
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
