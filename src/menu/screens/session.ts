// One session: how it is, once a second, and everything that can be done with it.
import { ago, bytes } from '../../cli/table.js'
import { EXIT, UserError } from '../../core/errors.js'
import { plain } from '../../core/plain-text.js'
import { ALIVE, type LsRow } from '../../core/states.js'
import type { KindView } from '../../fleet/kinds.js'
import type { Menu } from '../context.js'
import { outdatedText } from '../list-lines.js'
import { messages as m } from '../messages.js'
import { paint, paintState, wrap } from '../paint.js'
import { BACK, type Line } from '../prompts.js'
import { check } from './check.js'
import { commands } from './commands.js'
import { config } from './config.js'
import { events, logs, ofOne } from './history.js'
import { hooks } from './hooks.js'
import { pair } from './pair.js'
import { rename } from './rename.js'
import { secretsOfSession } from './secrets.js'

type Action =
  | 'start'
  | 'stop'
  | 'restart'
  | 'pair'
  | 'logout'
  | 'logs'
  | 'events'
  | 'config'
  | 'secrets'
  | 'commands'
  | 'hooks'
  | 'check'
  | 'rename'
  | 'remove'

export async function session(menu: Menu, ref: string): Promise<void> {
  const crumbs = [m.sessions.title, ref]
  const kinds = await menu.attempt(crumbs, () => menu.fleet.call('kinds.list'))
  let active: Action | undefined
  let gone: unknown
  for (;;) {
    let row = await menu.attempt(crumbs, () => rowOf(menu, ref))
    if (!row) return
    const kind = kinds?.kinds.find((known) => known.name === row?.kind)
    const answer = await menu.ask.select<Action>(
      {
        crumbs,
        lines: (columns) => (row ? stateLines(row, columns) : []),
        async refresh() {
          try {
            row = await rowOf(menu, ref)
          } catch (thrown) {
            if (!(thrown instanceof UserError && thrown.exit === EXIT.notFound)) throw thrown
            gone = thrown // removed at another terminal
            return 'gone'
          }
        },
      },
      { choices: () => (row ? actions(row, kind) : []), active },
    )
    if (gone !== undefined) menu.tellError(gone)
    if (answer === BACK) return
    // What one does next.
    active = answer === 'logout' ? 'pair' : answer
    if (await act(menu, crumbs, ref, answer, kind)) return
  }
}

/** From the list: that is there also while the database is away, and what it shows needs no more. */
async function rowOf(menu: Menu, ref: string): Promise<LsRow> {
  const rows = await menu.fleet.call('sessions.list', {})
  return rows.find((row) => row.session === ref) ?? menu.fleet.call('sessions.show', { ref })
}

function stateLines(row: LsRow, columns: number): string[] {
  const now = Date.now()
  const state = [
    paintState(row.state),
    ...(row.since === null ? [] : [ago(row.since, now)]),
    ...(row.restarts > 0 ? [m.sessions.restarts(row.restarts)] : []),
  ]
  const facts = [
    row.kind,
    ...(row.pid === null ? [] : [`pid ${row.pid}`]),
    ...(row.port === null ? [] : [`port ${row.port}`]),
    ...(row.rssBytes === null ? [] : [bytes(row.rssBytes)]),
    ...(row.cpuPercent === null ? [] : [m.host.cpu(row.cpuPercent)]),
    ...(row.lastBeatAt === null || !ALIVE.has(row.state) ? [] : [m.sessions.beat(ago(row.lastBeatAt, now))]),
  ]
  const reason = plain(row.reason ?? '') || outdatedText(row)
  const dot = paint.dim(' · ')
  return [state.join(dot), facts.join(dot), ...(reason === '' ? [] : wrap(reason, columns, 2))]
}

function actions(row: LsRow, kind: KindView | undefined): Line<Action>[] {
  const has = (name: string) => kind?.commands.some((command) => command.name === name) ?? false
  const others = kind?.commands.filter(({ name }) => name !== 'pair' && name !== 'logout') ?? []
  const isWanted = row.wanted === 'running' && row.state !== 'failed'
  const lines: (Line<Action> | false)[] = [
    isWanted ? { value: 'stop', name: m.session.stop } : { value: 'start', name: m.session.start },
    isWanted && { value: 'restart', name: m.session.restart },
    has('pair') && row.state !== 'ready' && { value: 'pair', name: m.session.pair, help: m.session.pairHelp },
    has('logout') && row.state === 'ready' && { value: 'logout', name: m.session.logout, help: m.session.logoutHelp },
    'line',
    { value: 'logs', name: m.session.logs, help: m.session.logsHelp },
    { value: 'events', name: m.session.events, help: m.session.eventsHelp },
    { value: 'config', name: m.session.config, help: m.session.configHelp },
    Object.keys(kind?.secrets ?? {}).length > 0 && {
      value: 'secrets',
      name: m.session.secrets,
      help: m.session.secretsHelp,
    },
    others.length > 0 && { value: 'commands', name: m.session.commands, help: m.session.commandsHelp },
    (kind?.hooks ?? []).length > 0 && { value: 'hooks', name: m.session.hooks, help: m.session.hooksHelp },
    { value: 'check', name: m.session.check, help: m.session.checkHelp },
    'line',
    { value: 'rename', name: m.session.rename, help: m.session.renameHelp },
    { value: 'remove', name: m.session.remove, help: m.session.removeHelp },
  ]
  return lines.filter((line) => line !== false)
}

/** True when the session is no longer there. */
async function act(
  menu: Menu,
  crumbs: string[],
  ref: string,
  action: Action,
  kind: KindView | undefined,
): Promise<boolean> {
  const sure = async (question: string) => (await menu.ask.confirm({ crumbs }, question)) === true
  const { call, callLive } = menu.fleet
  switch (action) {
    case 'start':
      await menu.attempt(crumbs, () => callLive('sessions.start', { refs: [ref] }), m.session.started(ref))
      return false
    case 'stop':
      if (await sure(m.session.askStop(ref)))
        await menu.attempt(crumbs, () => call('sessions.stop', { refs: [ref] }), m.session.stopped(ref))
      return false
    case 'restart':
      if (await sure(m.session.askRestart(ref)))
        await menu.attempt(crumbs, () => callLive('sessions.restart', { refs: [ref] }), m.session.restarted(ref))
      return false
    case 'logout':
      if (await sure(m.session.askLogout(ref)))
        await menu.attempt(
          crumbs,
          () => callLive('sessions.command', { ref, command: 'logout' }),
          m.session.loggedOut(ref),
        )
      return false
    case 'pair':
      await pair(menu, ref)
      return false
    case 'logs':
      await logs(menu, ofOne(ref))
      return false
    case 'events':
      await events(menu, ofOne(ref))
      return false
    case 'config':
      if (kind) await config(menu, ref, kind)
      return false
    case 'secrets':
      if (kind) await secretsOfSession(menu, ref, kind)
      return false
    case 'commands':
      if (kind) await commands(menu, ref, kind)
      return false
    case 'hooks':
      if (kind) await hooks(menu, crumbs, ref, kind)
      return false
    case 'check':
      await check(menu, crumbs, ref)
      return false
    case 'rename': {
      const shown = await menu.attempt(crumbs, () => call('sessions.show', { ref }))
      if (shown) await rename(menu, [...crumbs, m.session.rename], ref, plain(shown.displayName))
      return false
    }
    case 'remove':
      return remove(menu, crumbs, ref)
  }
}

async function remove(menu: Menu, crumbs: string[], ref: string): Promise<boolean> {
  const name = ref.split('/')[1] ?? ref
  const answer = await menu.ask.text(
    { crumbs, lines: () => [m.session.askRemove(ref)] },
    {
      message: m.session.typeName(name),
      check: (text) => (text === name || text === ref ? null : m.session.notTheName),
    },
  )
  if (answer === BACK) return false
  const removed = await menu.attempt(crumbs, () => menu.fleet.call('sessions.remove', { ref }))
  if (!removed) return false
  if (removed.warnings.length > 0) menu.tell(m.session.removedBut(ref, removed.warnings.join('; ')))
  else menu.tell(m.session.removed(ref))
  return true
}
