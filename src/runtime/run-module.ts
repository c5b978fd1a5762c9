// The one module of the kind, or of the host service, that its process loads.
import { SESSION_EXIT, SessionExit } from '../core/states.js'
import { resolveFrota } from '../kinds/resolve-frota.js'

/** @param sdk what `import … from 'frota'` is; what lies beside it are our own kinds */
export const loadRunModule = <Module extends { run: unknown }>(url: string, sdk: URL): Promise<Module> =>
  loadModule<Module>(url, sdk, 'run')

/** @param name of the function that it must export */
export async function loadModule<Module>(url: string, sdk: URL, name: keyof Module & string): Promise<Module> {
  const ours = new URL('./', sdk).href
  // A kind from outside imports `frota` from wherever it lies; ours never do, so only theirs pay for the hook.
  if (!url.startsWith(ours)) resolveFrota(sdk.href)
  const module: Partial<Module> = await import(url)
  if (typeof module[name] === 'function') return module as Module
  throw new SessionExit(SESSION_EXIT.badConfig, `${url} exports no ${name}(…)`)
}
