import { Command } from 'commander'
import type { Output } from '../api/verbs.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'

type Moved = Output<'sessions.move'>

export function moveCommands(cli: Cli): Command[] {
  return [
    new Command('move')
      .description('take a session of another home to this one, once nobody holds its lease')
      .argument('<ref>')
      .option('-y, --yes', 'do not ask')
      .addHelpText('after', HELP)
      .action(async (ref: string) => {
        const { journal, warnings } = await cli.call('sessions.move', { ref, dryRun: true })
        for (const warning of warnings) cli.note(`! ${warning}.`)
        await confirm(cli, `Take ${ref} to this home? ${journal === 'brought' ? BROUGHT : LEFT}`)
        const done = await cli.call('sessions.move', { ref })
        cli.print(done, () => cli.typed(moved(done)))
      }),
  ]
}

function moved({ session, journal, records, setAside, starts }: Moved): string {
  const withWhat: Record<Moved['journal'], string> = {
    brought: ', with the journal that lies here',
    new: `, with a new journal${records === 0 ? '' : ` and ${records} records of the store`}`,
    none: '',
  }
  const old = setAside === null ? '' : ` What lay here is now in ${setAside}.`
  const next = starts ? 'It starts.' : `Start it: frota start ${session}`
  return `${session} is this home’s${withWhat[journal]}.${old} ${next}`
}

const BROUGHT = 'Its journal lies here and is whole: it goes on where it was stopped.'
const LEFT =
  'It begins here with a new journal: its memory and its open acts stay where it was (they may be done again, or not at all), and so does its login, unless that was copied here. Records come back from the store.'

const HELP = `
What moves: name, config, secrets, claims, history and records; they are in the store.
What stays in the other home's tokens/ and logs/: the login (WhatsApp is paired again), files of its config, the journal with its
memory and its open acts, the logs. What that journal had not shipped arrives when the other home is up again; frota clean there deletes the rest.
To take login and journal along: frota stop REF --wait there, copy tokens/TENANT/NAME here, then frota move REF here.
Without a whole journal a new one begins, filled with the records; frota recover is not needed.
Refused while another home holds the session's lease: it says which one, and until when. A host that is lost lets go after 30 s;
one that is only cut off from the store runs its sessions on: switch it off first.`
