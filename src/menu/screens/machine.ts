// The host, the store, and the programs that keep the fleet running.
import { plain } from '../../core/plain-text.js'
import type { StatusView } from '../../fleet/host.js'
import type { Menu } from '../context.js'
import { outageWords, size, statesLine } from '../host-lines.js'
import { messages as m } from '../messages.js'
import { padTo, paint, widthOf, wrap } from '../paint.js'

export async function machine(menu: Menu): Promise<void> {
  let status: StatusView | undefined
  await menu.live({
    page: { crumbs: [m.host.title] },
    hint: m.hint.watch,
    async load() {
      status = await menu.fleet.call('host.status')
    },
    draw: ({ columns }) => (status ? lines(status, columns) : [m.working]),
  })
}

function lines(status: StatusView, columns: number): string[] {
  const { host, supervisor, pm2, store } = status
  const rows: [string, string][] = [
    [m.host.name, plain(host.name)],
    [m.host.memoryKey, m.host.memoryValue(size(host.memoryFreeBytes), size(host.memoryTotalBytes))],
    [m.host.cpuKey, host.cpuPercent === null ? m.none : `${host.cpuPercent} %`],
    [m.host.diskKey, m.host.diskValue(size(host.diskFreeBytes))],
    ['', ''],
    [m.host.sessions, statesLine(status)],
    [m.host.supervisor, supervisor ? m.host.process(supervisor.pid, size(supervisor.rssBytes)) : notRunning()],
    [m.host.pm2, pm2 ? m.host.process(pm2.pid, size(pm2.rssBytes)) : notRunning()],
    [m.host.store, store.outage ? paint.red(outageWords(store.outage)) : store.driver],
    [m.host.home, plain(status.home)],
    [m.host.version, status.version],
  ]
  const longest = Math.max(...rows.map(([key]) => widthOf(key)))
  const words = [...(store.outage ? [m.host.storeSays(store.outage.reason)] : []), ...status.warnings]
  const warnings = words.flatMap((warning) => wrap(`! ${plain(warning)}`, columns, 3))
  return [
    ...rows.map(([key, value]) => (key === '' ? '' : `${paint.dim(padTo(key, longest))}  ${value}`)),
    ...(warnings.length > 0 ? ['', ...warnings.map((line) => paint.yellow(line))] : []),
  ]
}

const notRunning = () => paint.yellow(m.host.notRunning)
