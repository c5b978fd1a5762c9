// Pairing by somebody else: the one-time address, and what becomes of it.

import { makeLink, pairedMeanwhile, whyNobodyCouldFollow } from '../../cli/pair-link.js'
import { LOOK_EVERY_MS } from '../../cli/pairing.js'
import { localTime } from '../../cli/times.js'
import { UserError } from '../../core/errors.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { paint, widthOf, wrap } from '../paint.js'
import { BACK } from '../prompts.js'

/** True when it is over, however it ended; false: another way is to be chosen. */
export async function pairByLink(menu: Menu, crumbs: string[], ref: string): Promise<boolean> {
  const made = await menu.attempt(crumbs, async () => {
    const link = await makeLink(menu.fleet.callLive, ref, undefined)
    return { ...link, missing: await whyNobodyCouldFollow(menu.fleet.call, menu.doors.config().gateway) }
  })
  if (!made) return false
  let seen: 'paired' | UserError | null = null
  const end = await menu.live<'paired' | UserError>({
    page: { crumbs },
    hint: m.hint.watch,
    everyMs: LOOK_EVERY_MS,
    async load() {
      seen = await pairedMeanwhile(menu.fleet.call, ref)
    },
    isOver: () => seen ?? undefined,
    draw: ({ columns }) => [
      ...wrap(m.pair.linkIs(localTime(made.expiresAt).slice(11, 16)), columns),
      '',
      ...piecesOf(made.url, columns),
      ...(widthOf(made.url) > columns ? ['', ...wrap(paint.dim(m.pair.linkBroken(ref)), columns)] : []),
      '',
      ...made.missing.flatMap((text) => wrap(paint.yellow(text), columns)),
      m.pair.linkWaits,
    ],
  })
  if (end === BACK) return false
  if (end instanceof UserError) menu.tellError(end)
  else menu.tell(m.pair.paired(ref, null))
  return true
}

const piecesOf = (text: string, columns: number): string[] =>
  Array.from({ length: Math.ceil(text.length / columns) }, (_, i) => text.slice(i * columns, (i + 1) * columns))
