import { Command } from 'commander'
import { hostServiceIn } from '../core/ids.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'

export function recoverCommands(cli: Cli): Command[] {
  return [
    new Command('recover')
      .description('begin a new journal where the session’s own is gone, damaged or an older copy')
      .argument('<ref>')
      .option('-y, --yes', 'do not ask')
      .action(async (ref: string) => {
        const service = hostServiceIn(ref)
        if (service !== null) return recoverService(cli, service)
        await cli.call('sessions.show', { ref })
        await confirm(cli, `Begin a new journal for ${ref}? ${LOST}`)
        const done = await cli.call('sessions.recover', { ref })
        for (const warning of done.warnings) cli.note(`! ${warning}`)
        cli.print(done, () => {
          const old = done.setAside === null ? 'There was no old one.' : `The old one lies in ${done.setAside}.`
          const withRecords = done.records === 0 ? '' : ` with ${done.records} records of the store`
          const next = done.starts ? 'It starts.' : `Start it: frota start ${done.session}`
          return cli.typed(`${done.session} has a new journal${withRecords}. ${old} ${next}`)
        })
      }),
  ]
}

async function recoverService(cli: Cli, name: string) {
  await confirm(cli, `Begin a new journal for the host service ${name}? What the old one knew is lost to it.`)
  const done = await cli.callLive('host.recoverService', { name })
  const old = done.setAside === null ? 'There was no old one.' : `The old one lies in ${done.setAside}.`
  cli.print(done, () => `${done.session} has a new journal. ${old}`)
}

const LOST =
  'What the old one had not shipped is lost, and so are its memory and its open acts: they may be done again, or not at all. Records come back from the store.'
