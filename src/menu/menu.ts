// The interactive menu: opens the terminal, brings the fleet up, shows screens until somebody leaves.

import type { Doors, MenuEnd } from '../cli/doors.js'
import { writeOut } from '../cli/output.js'
import { openMenu } from './context.js'
import { openFleetLink } from './fleet.js'
import { messages as m } from './messages.js'
import type { Frame } from './page.js'
import { paint } from './paint.js'
import { Leave, openPrompts } from './prompts.js'
import { home } from './screens/home.js'
import { welcome } from './screens/welcome.js'
import { openTerminal } from './terminal.js'

export async function runMenu(doors: Doors): Promise<MenuEnd> {
  doors.config() // what is wrong with it is told before the screen changes
  const fleet = openFleetLink(doors)
  const terminal = openTerminal(process.stdin, process.stdout)
  const frame: Frame = { notice: null, state: () => (fleet.isLive() ? '' : paint.yellow(m.fleetDown)) }
  const menu = openMenu({ doors, fleet, terminal, ask: openPrompts(terminal, frame) }, frame)
  let isLive = false
  let wantsDemo = false
  try {
    await menu.attempt([], () => fleet.bringUp())
    const tenants = await menu.attempt([], () => fleet.call('tenants.list'))
    if (tenants?.length === 0) await welcome(menu)
    await home(menu)
  } catch (thrown) {
    if (!(thrown instanceof Leave)) throw thrown
    wantsDemo = thrown.wantsDemo
  } finally {
    isLive = fleet.isLive()
    terminal.close()
    await fleet.close()
  }
  if (!wantsDemo) writeOut(`${(isLive ? m.bye : m.byeDown)(doors.program())}\n`)
  return { wantsDemo }
}
