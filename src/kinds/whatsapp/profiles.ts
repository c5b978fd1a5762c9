// The browser's profiles on disk, which hold the login. A login that WhatsApp Web does not show any more is set aside,
// never deleted on a guess: it is deleted once a person has paired anew, by the operator, or by WhatsApp's own word.
//
//   browser/          the one in use         browser-aside-N/   logins set aside, the one set aside first has the lowest N
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } =
  process.getBuiltinModule('node:fs')
const { join } = process.getBuiltinModule('node:path')

/**
 * unpaired: made by us, and no phone was ever linked in it · linked: it holds a login, or may hold one
 * aside: a login that was set aside and is being tried again
 */
export type Login = 'unpaired' | 'linked' | 'aside'

export interface Profiles {
  /** Of the one in use. */
  readonly path: string
  readonly login: Login
  readonly hasAside: boolean
  /** Makes the one in use when there is none. */
  prepare(): void
  /** A phone is linked in the one in use. */
  keep(): void
  /** Only on somebody's word, or when it never held a login. */
  remove(): void
  /** The one in use gives way; `prepare` makes a new one. */
  setAside(): void
  /** In place of the one in use, which must never have held a login. Those set aside take turns. */
  bringBack(): void
  /** A person has paired anew: the old logins are of no use any more. */
  removeAside(): void
}

const IN_USE = 'browser'
const ASIDE = /^browser-aside-(\d+)$/
/** It travels with the profile when that is renamed. Without it a profile may hold a login. */
const NOTE = 'frota-login'
/** Each may take hundreds of megabytes. More than one needs a journal or a start that was lost in between. */
const MOST_ASIDE = 3

export function openProfiles(folder: string): Profiles {
  const path = join(folder, IN_USE)
  const note = join(path, NOTE)
  const aside = () =>
    readdirSync(folder)
      .flatMap((name) => ASIDE.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  const pathOf = (number: number) => join(folder, `browser-aside-${number}`)
  const profiles: Profiles = {
    path,
    get login() {
      if (!existsSync(path)) return 'unpaired'
      const word = existsSync(note) ? readFileSync(note, 'utf8') : ''
      return word === 'unpaired' || word === 'aside' ? word : 'linked'
    },
    get hasAside() {
      return aside().length > 0
    },
    prepare() {
      if (existsSync(path)) return
      // Under another name first: one that a crash leaves without its note would be taken for a login.
      const made = join(folder, 'browser-new')
      rmSync(made, { recursive: true, force: true })
      mkdirSync(made, { recursive: true, mode: 0o700 })
      writeFileSync(join(made, NOTE), 'unpaired')
      renameSync(made, path)
    },
    keep: () => rmSync(note, { force: true }),
    remove: () => rmSync(path, { recursive: true, force: true }),
    setAside() {
      if (!existsSync(path)) return
      const numbers = aside()
      if (numbers.length >= MOST_ASIDE)
        throw new Error(`${MOST_ASIDE} logins are set aside already: delete those not needed in ${folder}`)
      writeFileSync(note, 'aside')
      renameSync(path, pathOf((numbers.at(-1) ?? 0) + 1))
    },
    bringBack() {
      const [first] = aside()
      if (first === undefined) return
      if (profiles.login !== 'unpaired') throw new Error('the login in use would be lost')
      profiles.remove()
      renameSync(pathOf(first), path)
    },
    removeAside() {
      for (const number of aside()) rmSync(pathOf(number), { recursive: true, force: true })
    },
  }
  return profiles
}
