// For --import: TypeScript of this repository as `strip.mjs` left it; `./x.js` of a source is its `x.ts`, and `frota` is
// the sources' own. What is not there (a file written since) is left to Node, which strips types itself.
import { existsSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = join(import.meta.dirname, '..')
const STRIPPED = join(ROOT, '.build', 'stripped')
const OWN = pathToFileURL(`${ROOT}/`).href
const PACKAGES = `${OWN}node_modules/`
const SDK = `${OWN}src/kinds/sdk.ts`

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'frota') return found(SDK)
    if (/^(\.|\/|file:).*\.js(\?|$)/.test(specifier)) {
      const url = new URL(specifier, context.parentURL)
      url.pathname = url.pathname.replace(/js$/, 'ts')
      if (isOwn(url.href) && existsSync(url)) return found(url.href)
    }
    return next(specifier, context)
  },
  load(url, context, next) {
    if (!isOwn(url) || !/\.ts(\?|$)/.test(url)) return next(url, context)
    const stripped = join(STRIPPED, relative(ROOT, fileURLToPath(url)))
    if (!existsSync(stripped)) return next(url, context)
    return { format: 'module', source: readFileSync(stripped), shortCircuit: true }
  },
})

const found = (url) => ({ url, format: 'module', shortCircuit: true })

const isOwn = (url) => url.startsWith(OWN) && !url.startsWith(PACKAGES)
