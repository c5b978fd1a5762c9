// `import … from 'frota'`, and from 'frota/trading', the public module of a kind, find this program from wherever a kind or a
// strategy lies.
const SPECIFIER = /^frota(?:\/([a-z][a-z0-9-]*))?$/

/**
 * @param sdk URL of what `frota` is in this process; the kinds lie beside it
 * @returns the URL of the module, or undefined when it is none of ours
 */
export function frotaModule(specifier: string, sdk: string): string | undefined {
  const found = SPECIFIER.exec(specifier)
  if (!found) return undefined
  const [, kind] = found
  // Of the same making as the SDK: compiled in a fleet, TypeScript in tests.
  return kind === undefined ? sdk : new URL(`./${kind}/public${/\.\w+$/.exec(sdk)?.[0] ?? '.js'}`, sdk).href
}

let isResolving = false

/** For this whole process, once; the first SDK stays. */
export function resolveFrota(sdk: string): void {
  if (isResolving) return
  isResolving = true
  const { registerHooks } = process.getBuiltinModule('node:module')
  registerHooks({
    resolve(specifier, context, next) {
      const url = frotaModule(specifier, sdk)
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true }
    },
  })
}
