// What cannot be taken back is asked first.
import type { Menu } from '../context.js'

export interface Removal {
  question: string
  remove(): Promise<unknown>
  /** Said when it is gone. */
  done: string
}

/** Whether it is gone. */
export async function removeIfMeant(
  menu: Menu,
  crumbs: string[],
  { question, remove, done }: Removal,
): Promise<boolean> {
  if ((await menu.ask.confirm({ crumbs }, question)) !== true) return false
  const removed = await menu.attempt(crumbs, () => remove().then(() => true), done)
  return removed === true
}
