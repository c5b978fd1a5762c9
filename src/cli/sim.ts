// Sims: local stand-ins for outside services. They run until they are told to stop.

import { Command } from 'commander'
import { messageOf, notFound, UserError, usage } from '../core/errors.js'
import { didYouMean } from '../core/ids.js'
import { hasCode } from '../node/codes.js'
import type { Cli } from './cli.js'
import { wholeNumber } from './options.js'

interface Sim {
  endpoint: string
  controlUrl: string
  close(): Promise<void>
}

interface SimOptions {
  port?: number
  controlPort?: number
  state?: string
}

/** Where each lies in `sims/`, what starts it, and how it is used. */
const SIMS: Record<string, { file: string; start: string; keepsState: boolean; use: (endpoint: string) => string }> = {
  whatsapp: {
    file: 'whatsapp-web/server.js',
    start: 'startWhatsappSim',
    keepsState: true,
    use: (endpoint) => `A session uses it with --set endpoint=${endpoint}. Ctrl-C ends it.`,
  },
  exchange: {
    file: 'exchange/server.js',
    start: 'startExchangeSim',
    keepsState: false,
    use: (endpoint) => `frota trading candles … --endpoint ${endpoint} downloads from it. Ctrl-C ends it.`,
  },
}

export function simCommands(cli: Cli): Command[] {
  const sim = new Command('sim')
    .description('a stand-in for an outside service, for tests and demos; runs until Ctrl-C')
    .argument('<name>', Object.keys(SIMS).join(', '))
    .option('--port <port>', 'of the endpoint; 0: any free one', wholeNumber('--port', { max: 65_535 }))
    .option('--control-port <port>', 'of its control API', wholeNumber('--control-port', { max: 65_535 }))
    .option('--state <file>', 'of whatsapp: phones, logins and messages outlive the sim in this file')
    .action(async (name: string, options: SimOptions) => {
      const sim = Object.hasOwn(SIMS, name) ? SIMS[name] : undefined
      if (!sim) {
        const names = Object.keys(SIMS)
        throw notFound('SIM_UNKNOWN', `There is no sim "${name}".`, didYouMean(name, names) || names.join(', '))
      }
      if (options.state !== undefined && !sim.keepsState)
        throw usage('BAD_INPUT', `The sim ${name} has no --state: it keeps nothing.`)
      const running = await start(cli, sim, options)
      const { endpoint, controlUrl } = running
      cli.printLine({ name, endpoint, controlUrl }, `endpoint ${endpoint}\ncontrol  ${controlUrl}\n`)
      cli.note(sim.use(endpoint))
      cli.ownSignals()
      cli.exitWith(await untilToldToStop())
      await running.close()
    })
  return [sim]
}

async function start(
  cli: Cli,
  { file, start: name }: { file: string; start: string },
  { port = 0, controlPort = 0, state }: SimOptions,
): Promise<Sim> {
  // Beside the compiled program: sims are no part of `src`, and only this command loads them.
  const module: Record<string, (options: object) => Promise<Sim>> = await import(
    new URL(`file://${cli.doors.checkout}/dist/sims/${file}`).href
  )
  const startSim = module[name]
  if (!startSim) throw new Error(`${file} exports no ${name}`)
  try {
    return await startSim({ port, controlPort, ...(state !== undefined && { stateFile: state }) })
  } catch (thrown) {
    const isTaken = hasCode(thrown, 'EADDRINUSE')
    const hint = isTaken ? 'another --port or --control-port' : state === undefined ? '' : 'another --state FILE'
    throw new UserError('SIM_NOT_STARTED', `The sim did not start: ${messageOf(thrown)}.`, hint)
  }
}

function untilToldToStop(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(130))
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(0))
  })
}
