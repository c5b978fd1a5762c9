// Where the menu begins: how the machine is, and everything there is to do.
import type { StatusView } from '../../fleet/host.js'
import type { Menu } from '../context.js'
import { hostLines, statesLine } from '../host-lines.js'
import { messages as m } from '../messages.js'
import type { Page } from '../page.js'
import { BACK, type Back } from '../prompts.js'
import { addSession } from './add-session.js'
import { alerts } from './alerts.js'
import { customers } from './customers.js'
import { machine } from './machine.js'
import { plans } from './plans.js'
import { sessions } from './sessions.js'

type Answer = 'sessions' | 'add' | 'customers' | 'plans' | 'alerts' | 'machine' | 'up' | 'down' | 'leave'

export async function home(menu: Menu): Promise<void> {
  let active: Answer = 'sessions'
  for (;;) {
    let status = await menu.attempt([], () => menu.fleet.call('host.status'))
    const page: Page = {
      crumbs: [],
      lines: () => (status ? [...hostLines(status), statesLine(status)] : []),
      refresh: async () => {
        status = await menu.fleet.call('host.status')
      },
    }
    const choices = () => [
      { value: 'sessions' as const, name: m.home.sessions, help: m.home.sessionsHelp },
      { value: 'add' as const, name: m.home.add, help: m.home.addHelp },
      { value: 'customers' as const, name: m.home.customers, help: m.home.customersHelp },
      { value: 'plans' as const, name: m.home.plans, help: m.home.plansHelp },
      { value: 'alerts' as const, name: m.home.alerts, help: m.home.alertsHelp },
      { value: 'machine' as const, name: m.home.machine, help: m.home.machineHelp },
      'line' as const,
      menu.fleet.isLive()
        ? { value: 'down' as const, name: m.home.down, help: m.home.downHelp }
        : { value: 'up' as const, name: m.home.up, help: m.home.upHelp },
      { value: 'leave' as const, name: m.home.leave, help: m.home.leaveHelp },
    ]
    const answer: Answer | Back = await menu.ask.select<Answer>(page, { choices, active, hint: m.hint.home })
    if (answer === BACK || answer === 'leave') return
    active = answer
    if (answer === 'sessions') await sessions(menu)
    if (answer === 'add') await addSession(menu)
    if (answer === 'customers') await customers(menu)
    if (answer === 'plans') await plans(menu)
    if (answer === 'alerts') await alerts(menu)
    if (answer === 'machine') await machine(menu)
    if (answer === 'up') await bringUp(menu)
    if (answer === 'down') await stopAll(menu, status)
    if (answer === 'up' || answer === 'down') active = menu.fleet.isLive() ? 'down' : 'up'
  }
}

async function bringUp(menu: Menu) {
  await menu.attempt([m.home.up], () => menu.fleet.bringUp(), m.home.isUp)
}

async function stopAll(menu: Menu, status: StatusView | undefined) {
  const alive = (status?.sessions.total ?? 0) - (status?.sessions.byState.stopped ?? 0)
  const sure = await menu.ask.confirm({ crumbs: [m.home.down] }, m.home.stopAll(alive))
  if (sure !== true) return
  const result = await menu.attempt([m.home.down], () => menu.doors.down())
  if (!result) return
  if (result.left.length > 0) menu.tell(m.home.notStopped(result.left.join(', ')))
  else menu.tell(m.home.stopped(result.stopped))
}
