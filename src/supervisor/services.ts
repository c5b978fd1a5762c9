// The host services as the operator's verbs see them.
import path from 'node:path'
import { notFound, UserError } from '../core/errors.js'
import { didYouMean, formatRef } from '../core/ids.js'
import type { Live } from '../core/live.js'
import { beginJournalAnew } from '../journal/anew.js'
import type { Context } from './context.js'
import { hostUnitId, isHostUnit } from './host-units.js'
import { liveOf, liveSession, type Unit } from './unit.js'

export type ServiceVerbs = 'services' | 'restartService' | 'recoverService'

/** @param turn acts on what is wanted now */
export function serviceVerbs({ parts, roster, wanted }: Context, turn: () => Promise<void>): Pick<Live, ServiceVerbs> {
  return { services, restartService, recoverService }

  function services() {
    return roster.units().flatMap((unit) => {
      const its = wanted.units().get(unit.id)
      if (!isHostUnit(unit) || !its) return []
      const isWanted = its.should.do === 'run' || its.should.do === 'fail'
      const { name } = unit.ref
      return [
        {
          ...liveSession(unit, undefined, parts.settings.session.program()),
          name,
          from: its.kind,
          wanted: isWanted ? 'running' : 'stopped',
        } as const,
      ]
    })
  }

  async function restartService(name: string) {
    const unit = need(name)
    const should = wanted.units().get(unit.id)?.should
    if (should?.do === 'stop')
      throw new UserError(
        'SERVICE_NOT_WANTED',
        `${formatRef(unit.ref)} does not run: ${should.reason}.`,
        'frota ls --host',
      )
    wanted.restartService(name, unit.restartRequestsSeen + 1)
    await turn()
  }

  /** Nothing of it is in any store: a journal that is gone is gone, and the new one begins empty. */
  async function recoverService(name: string) {
    const unit = need(name)
    const ref = formatRef(unit.ref)
    if (unit.busy || liveOf(unit))
      throw new UserError('SERVICE_RUNNING', `${ref} runs: its journal is there.`, `frota restart ${ref}`)
    const file = path.join(parts.settings.dirs.tokens, unit.ref.tenant, unit.ref.name, 'journal.db')
    const { id, setAside } = beginJournalAnew(file, parts.now())
    unit.journal = { id, row: 0 }
    roster.save(unit)
    if (wanted.units().get(unit.id)?.should.do !== 'stop') await restartService(name)
    return { setAside }
  }

  function need(name: string): Unit {
    const unit = roster.get(hostUnitId(name))
    if (unit) return unit
    const hint = didYouMean(name, parts.kinds.services.keys()) || 'frota ls --host'
    throw notFound('SERVICE_UNKNOWN', `There is no host service "${name}".`, hint)
  }
}
