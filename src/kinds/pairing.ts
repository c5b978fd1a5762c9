// What the loader checks of a kind's words for whoever pairs it.
import type { Kind } from './kind.js'

export function throwIfBadPairing({ pairing }: Partial<Kind>): void {
  if (pairing === undefined) return
  if (typeof pairing?.app !== 'string' || pairing.app === '') throw new Error('`pairing.app` is missing')
  const { steps } = pairing
  if (typeof steps !== 'object' || steps === null) throw new Error('`pairing.steps` must be an object, by language')
  for (const [language, { scan, type }] of Object.entries(steps)) {
    const isSteps = [scan, type].every((list) => Array.isArray(list) && list.every((step) => typeof step === 'string'))
    if (!isSteps)
      throw new Error(`\`pairing.steps.${language}\` must be { scan: […], type: […] }, each a list of texts`)
  }
}
