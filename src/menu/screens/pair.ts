// Pairing: the QR code in place, redrawn when it changes, until the phone has scanned it; or a code to type.
import { drawQr } from '../../cli/qr.js'
import { plain } from '../../cli/table.js'
import { UserError } from '../../core/errors.js'
import type { LsRow } from '../../core/states.js'
import type { PairAnswer } from '../../kinds/kind.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { paint, wrap } from '../paint.js'
import { BACK } from '../prompts.js'
import type { Size } from '../terminal.js'

const ASK_EVERY_MS = 500
/** Said while the session is still on its way up. */
const NOT_YET = new Set(['SESSION_NOT_RUNNING', 'COMMAND_FAILED', 'COMMAND_NOT_READY'])

export async function pair(menu: Menu, ref: string): Promise<void> {
  const crumbs = [m.sessions.title, ref, m.pair.title]
  for (;;) {
    const way = await menu.ask.select<'qr' | 'phone'>(
      { crumbs },
      {
        choices: [
          { value: 'qr', name: m.pair.byQr, help: m.pair.byQrHelp },
          { value: 'phone', name: m.pair.byPhone, help: m.pair.byPhoneHelp },
        ],
      },
    )
    if (way === BACK) return
    const phone = way === 'phone' ? await menu.ask.text({ crumbs }, { message: m.pair.phone }) : null
    if (phone === BACK) continue
    if (!(await startIfNeeded(menu, crumbs, ref))) return
    const account = await untilPaired(menu, crumbs, ref, phone)
    if (account === BACK) continue
    menu.tell(m.pair.paired(ref, account === '' ? null : account.replace(/^[a-z]+:/, '')))
    return
  }
}

async function startIfNeeded(menu: Menu, crumbs: string[], ref: string): Promise<boolean> {
  const started = await menu.attempt(crumbs, async () => {
    if (!menu.fleet.isLive()) await menu.fleet.bringUp()
    const { wanted, state } = await menu.fleet.call('sessions.show', { ref })
    if (wanted !== 'running' || state === 'failed') await menu.fleet.call('sessions.start', { refs: [ref] })
    return true
  })
  return started === true
}

/** The account it was paired with. */
function untilPaired(menu: Menu, crumbs: string[], ref: string, phone: string | null) {
  let answer: PairAnswer | null = null
  let row: LsRow | null = null
  return menu.live<string>({
    page: { crumbs, isBare: () => answer?.qr !== undefined },
    hint: m.hint.watch,
    everyMs: ASK_EVERY_MS,
    async load() {
      answer = await ask(menu, ref, phone)
      row = await menu.fleet.call('sessions.show', { ref })
    },
    isOver: () => (answer?.paired ? (answer.account ?? '') : undefined),
    draw: (size) => drawPairing(answer, row, size),
  })
}

async function ask(menu: Menu, ref: string, phone: string | null): Promise<PairAnswer | null> {
  try {
    const input = phone === null ? {} : { phone }
    return (await menu.fleet.call('sessions.command', { ref, command: 'pair', input })) as PairAnswer | null
  } catch (thrown) {
    if (thrown instanceof UserError && NOT_YET.has(thrown.code)) return null
    throw thrown
  }
}

export function drawPairing(answer: PairAnswer | null, row: LsRow | null, size: Size): string[] {
  if (answer?.linkCode !== undefined) {
    return [...wrap(m.pair.howCode, size.columns), '', m.pair.linkCode(paint.bold(plain(answer.linkCode)))]
  }
  if (answer?.qr) {
    const found = drawQr(answer.qr.code, { ...size, reserveRows: 1, color: paint.level > 0 })
    if (found.tooSmall) return wrap(m.pair.tooSmall(found.needs.columns, found.needs.rows + 1), size.columns)
    return [m.pair.how, ...found.lines]
  }
  if (!row) return [m.pair.waiting]
  const reason = answer?.reason ?? row.reason
  return [m.pair.waiting, '', ...wrap(plain(m.pair.state(row.state, reason)), size.columns)]
}
