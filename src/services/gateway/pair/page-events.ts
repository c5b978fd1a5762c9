// What the gateway tells the page, as an event or as one of a list. Types only: the page's script knows them too.
import type { PairAbout, PairLook } from '../../../core/one-time-links.js'

/** A QR code comes as a picture. `away`: the supervisor does not answer. */
export type PageLook = Exclude<PairLook, { is: 'qr' }> | { is: 'qr'; image: string } | { is: 'away' }

export type PageEvent = { about: PairAbout } | { look: PageLook }
