// Pairing: the QR code in place, redrawn when it changes, until the phone has scanned it; or a code to type.
import { LOOK_EVERY_MS, lookAtPairing, type Pairing, startToPair } from '../../cli/pairing.js'
import { drawQr } from '../../cli/qr.js'
import { fullPhone } from '../../core/phone-numbers.js'
import { plain } from '../../core/plain-text.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { paint, wrap } from '../paint.js'
import { BACK, type Back } from '../prompts.js'
import type { Size } from '../terminal.js'
import { pairByLink } from './pair-link.js'

export async function pair(menu: Menu, ref: string): Promise<void> {
  const crumbs = [m.sessions.title, ref, m.pair.title]
  for (;;) {
    const way = await menu.ask.select<'qr' | 'phone' | 'link'>(
      { crumbs },
      {
        choices: [
          { value: 'qr', name: m.pair.byQr, help: m.pair.byQrHelp },
          { value: 'phone', name: m.pair.byPhone, help: m.pair.byPhoneHelp },
          { value: 'link', name: m.pair.byLink, help: m.pair.byLinkHelp },
        ],
      },
    )
    if (way === BACK) return
    if (way === 'link') {
      if (await pairByLink(menu, crumbs, ref)) return
      continue
    }
    const typed = way === 'phone' ? await askPhone(menu, crumbs) : null
    if (typed === BACK) continue
    const phone = typed === null ? null : fullPhone(typed)
    if (!(await start(menu, crumbs, ref))) return
    const end = await untilPaired(menu, crumbs, ref, phone)
    if (end === BACK) continue
    if (end.is === 'paired') menu.tell(m.pair.paired(ref, end.account?.replace(/^[a-z]+:/, '') ?? null))
    else menu.tellError(end.error)
    return
  }
}

function askPhone(menu: Menu, crumbs: string[]) {
  const check = (text: string) => (fullPhone(text) === null ? m.pair.badPhone : null)
  return menu.ask.text({ crumbs }, { message: m.pair.phone, check })
}

async function start(menu: Menu, crumbs: string[], ref: string): Promise<boolean> {
  const started = await menu.attempt(crumbs, async () => {
    await startToPair(menu.fleet.callLive, ref)
    return true
  })
  return started === true
}

type End = Extract<Pairing, { is: 'paired' | 'over' }>

function untilPaired(menu: Menu, crumbs: string[], ref: string, phone: string | null): Promise<End | Back> {
  let pairing: Pairing | null = null
  return menu.live<End>({
    page: { crumbs, isBare: () => pairing?.is === 'qr' },
    hint: m.hint.watch,
    everyMs: LOOK_EVERY_MS,
    async load() {
      try {
        pairing = await lookAtPairing(menu.fleet.call, ref, phone)
      } catch (thrown) {
        pairing = null // a code that may be too old is not shown
        throw thrown
      }
    },
    isOver: () => (pairing?.is === 'paired' || pairing?.is === 'over' ? pairing : undefined),
    draw: (size) => drawPairing(pairing, phone, size, menu.doors.config().terminal.hasSextants),
  })
}

function drawPairing(pairing: Pairing | null, phone: string | null, size: Size, sextants: boolean): string[] {
  if (pairing?.is === 'link-code') {
    return [...wrap(m.pair.howCode, size.columns), '', m.pair.linkCode(phone ?? '', paint.bold(plain(pairing.code)))]
  }
  if (pairing?.is === 'qr') {
    const found = drawQr(pairing.code, { ...size, reserveRows: 1, sextants })
    if (found.tooSmall) return wrap(m.pair.tooSmall(found.needs.columns, found.needs.rows + 1), size.columns)
    return [m.pair.how, ...found.lines]
  }
  if (pairing?.is !== 'waiting') return [m.pair.waiting]
  return [m.pair.waiting, '', ...wrap(plain(m.pair.state(pairing.state, pairing.reason)), size.columns)]
}
