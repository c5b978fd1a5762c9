// The views that the loaded kinds declare, by their names in the stores.
import { type View, viewName, viewProblem } from '../core/views.js'
import type { Kind } from './kind.js'

export const viewsOf = (kinds: Kind[]): View[] =>
  kinds.flatMap((kind) =>
    Object.entries(kind.views ?? {}).map(([own, spec]) => ({
      ...spec,
      name: viewName(kind.name, own),
      kind: kind.name,
    })),
  )

export function throwIfBadViews(kind: Kind): void {
  for (const [name, spec] of Object.entries(kind.views ?? {})) {
    const problem = viewProblem(kind.name, name, spec)
    if (problem !== null) throw new Error(`views.${name}: ${problem}`)
  }
}

/** `a-b` and its view `c` would be called as `a` and its view `b_c`. */
export function throwIfViewIsTaken(kind: Kind, others: Kind[]): void {
  const taken = viewsOf(others)
  for (const { name } of viewsOf([kind])) {
    const other = taken.find((view) => view.name === name)
    if (other) throw new Error(`its view ${name} is one of the kind "${other.kind}" already`)
  }
}
