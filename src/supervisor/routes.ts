// Who can be reached from outside, and where it is now: told to the gateway as soon as it is otherwise. Sessions that are
// down stand here too, without an address: their callers are told to come back, and nobody that they are not known.
import { hash } from 'node:crypto'
import { UserError } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { Route, Routes } from '../core/protocol.js'
import type { HookSpec } from '../kinds/hooks.js'
import { type Bell, openBell, pause } from '../node/waits.js'
import type { Context } from './context.js'
import { isHostUnit } from './host-units.js'
import { liveOf, type Unit } from './unit.js'

/** Then the same is said again: whoever asks must hear that the supervisor lives. */
const HOLD_MS = 20_000
/** What changes without a change of state: a config, a first beat. */
const LOOK_EVERY_MS = 1_000
const COALESCE_MS = 20
const VERSION_CHARS = 16

export interface RouteBoard {
  /** At once when there are others than this version's, else as soon as there are. */
  after(version: string | null): Promise<Routes>
}

export function openRoutes({ parts, roster, wanted, addresses, closing }: Context): RouteBoard {
  const waiting = new Set<Bell>()
  const opaques = new Map<string, string>()
  roster.onChange(() => {
    for (const bell of waiting) bell.ring()
  })
  return { after }

  async function after(version: string | null): Promise<Routes> {
    const bell = openBell()
    const giveUpAt = performance.now() + HOLD_MS
    waiting.add(bell)
    try {
      for (;;) {
        const isOver = performance.now() > giveUpAt || closing.aborted
        // Of an unread store nobody is unknown: whoever asks goes on by what was said last.
        const found = wanted.snapshot() && now()
        if (found && (isOver || found.version !== version)) return found
        if (isOver) throw new UserError('NOT_READ_YET', 'Who has hooks is not known: the store does not answer.')
        if (await bell.wait(LOOK_EVERY_MS, closing)) await pause(COALESCE_MS, closing)
      }
    } finally {
      waiting.delete(bell)
    }
  }

  function now(): Routes {
    const routes = roster.units().flatMap((unit) => routeOf(unit) ?? [])
    routes.sort((a, b) => (a.session < b.session ? -1 : 1))
    return { version: hash('sha256', JSON.stringify(routes)).slice(0, VERSION_CHARS), routes }
  }

  function routeOf(unit: Unit): Route | null {
    const kind = wanted.units().get(unit.id)?.kind ?? ''
    const hooks = Object.entries(hooksOf(unit, kind))
    if (hooks.length === 0) return null
    const live = liveOf(unit)
    const isUp = live?.beat != null && unit.life.state !== 'stopping'
    const { tickets } = isHostUnit(unit) ? parts.services : parts
    return {
      opaque: opaqueOf(unit.id),
      session: formatRef(unit.ref),
      kind,
      address: isUp ? addresses.of(live.run) : null,
      token: isUp ? tickets.hookToken(live.run) : '',
      hooks: hooks.map(([name, { maxBytes = null, perMinute = null }]) => ({ name, maxBytes, perMinute })),
    }
  }

  function hooksOf({ ref }: Unit, kind: string): Record<string, HookSpec> {
    const declared = isHostUnit({ ref }) ? parts.kinds.services.get(ref.name)?.spec : parts.kinds.get(kind)
    return declared?.hooks ?? {}
  }

  function opaqueOf(id: string): string {
    const opaque = opaques.get(id) ?? parts.services.opaque(id)
    opaques.set(id, opaque)
    return opaque
  }
}
