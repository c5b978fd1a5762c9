// The kinds that come with frota: one line each. Kinds from outside come by FROTA_KINDS.
import type { Kind } from './kind.js'
import { trading } from './trading/kind.js'
import { whatsapp } from './whatsapp/kind.js'

export const builtInKinds: Kind[] = [whatsapp as Kind, trading as Kind]
