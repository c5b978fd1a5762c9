// What the live list of sessions says: its keys, its questions, and how an order went.
import { plural } from './plural.js'

const sessions = (count: number) => plural(count, 'session', 'sessions')
const many = (refs: string[]) => (refs.length === 1 ? (refs[0] ?? '') : sessions(refs.length))
const are = (refs: string[]) => `${many(refs)} ${refs.length === 1 ? 'is' : 'are'}`

export const listTexts = {
  list: {
    /** The most useful first: those at the end give way in a narrow window. */
    keys: [
      's start/stop (asks)',
      'r restart',
      'l log',
      'e events',
      '/ find',
      'Enter open',
      'space mark',
      'o order',
      'p pair',
    ],
    lastKeys: ['? keys', 'q back'],
    keysWhileFinding: 'type what to look for · Enter keep · Esc show all again',
    keysWhileAsked: 'y yes · any other key no',
    helpTitle: 'Keys',
    help: [
      'Enter   open the session: settings, secrets, commands, removal',
      's       start it; stop it when it should be running',
      'r       restart it',
      '        Both ask before they stop something that works. What waits for its',
      '        next try or has failed is started, stopped or restarted without asking.',
      'p       pair it: the QR code, or a code to type on the phone',
      'l       its log                 L   the log of all sessions, as one',
      'e       what happened           E   what happened in all sessions, as one',
      '',
      'space   mark it: s, r, l and e then mean all that are marked. Of several,',
      '        s starts those that are not wanted; when all are, it stops them.',
      'a       mark all that are shown, or none',
      '/       find: by name, kind, state or account; Enter keeps what is shown',
      'o       trouble first; once more: by name',
      '',
      '↑↓ j k PgUp PgDn Home End   move',
      'Ctrl-L  draw the screen anew',
      'Esc     take back: a question, what was looked for, the marks; then back',
      'q       back                    Ctrl-C  leave; sessions keep running',
    ],
    all: 'All',
    several: (count: number) => sessions(count),
    finding: (text: string) => `Find: ${text}`,
    marked: (count: number) => `${count} marked`,
    troubleFirst: 'trouble first',
    nowTroubleFirst: 'Trouble first.',
    byName: 'By name again.',
    nextTry: (time: string) => `next try in ${time}`,
    ask: {
      stop: (refs: string[], working: number) =>
        refs.length === 1
          ? `Stop ${refs[0]}? It stays stopped until you start it.  y/N`
          : `Stop ${sessions(refs.length)}, ${working} of them at work?  y/N`,
      restart: (refs: string[], working: number) =>
        refs.length === 1
          ? `Restart ${refs[0]}?  y/N`
          : `Restart ${sessions(refs.length)}, ${working} of them at work?  y/N`,
    },
    doing: {
      start: (refs: string[]) => `Starting ${many(refs)}…`,
      stop: (refs: string[]) => `Stopping ${many(refs)}…`,
      restart: (refs: string[]) => `Restarting ${many(refs)}…`,
    },
    done: {
      start: (refs: string[]) => `${are(refs)} starting.`,
      stop: (refs: string[]) => `${are(refs)} stopping.`,
      restart: (refs: string[]) => `${are(refs)} restarting.`,
    },
    failed: (failed: number, of: number, first: string) => `${failed} of ${of} failed: ${first}`,
    notPaired: (ref: string) => `${ref} is of a kind that is not paired.`,
    pairedAlready: (ref: string) => `${ref} is paired already; log it out first, to pair it with another account.`,
  },
}
