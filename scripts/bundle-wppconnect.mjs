// wppconnect and what it stands on as one file, without what a session never uses: in every WhatsApp session 44 MB of
// private memory became 23 (Node alone has 9). What is left out stays where npm put it, and is loaded when something
// touches it after all.
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const { ROOT } = require('../bin/find-node.js')

/** Downloads, stickers, other browsers and other ways to reach one, colours. */
const SELDOM_USED = [
  'axios',
  'boxen',
  'chrome-launcher',
  'chromium-bidi',
  'form-data',
  'fs-extra',
  // Seldom used it is not, but it puts another `require` in the place of its own.
  'merge-deep',
  'mime-types',
  'rimraf',
  'sharp',
  'ws',
]
/** `ffmpeg.js` makes a temporary folder when it is loaded, in every session; the others bring proxies and archives. */
const SELDOM_USED_FILES =
  /(\/bidi\/bidi\.js|\/utils\/(ffmpeg|logger)|\/helpers\/decrypt|^\.\.?\/(CLI|install|httpUtil|fileUtil)\.js)$/

/** From where the bundle is used to the folder that has `node_modules`. */
const UP = relative('dist/src/kinds/whatsapp', '.')

/** @param outfile the bundle: CommonJS */
export async function bundleWppconnect(outfile) {
  await build({
    entryPoints: [require.resolve('@wppconnect-team/wppconnect')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // V8 keeps the text of what it runs: less of it is less memory in each session.
    minify: true,
    // An uncaught error shows the line that threw it.
    lineLimit: 160,
    // Their place is asked for, nothing of them is loaded here: they go into the page.
    external: ['@wppconnect/wa-js', '@wppconnect-team/wppconnect/dist/lib/*'],
    legalComments: 'external',
    logLevel: 'warning',
    plugins: [leaner],
  })
}

const leaner = {
  name: 'leaner',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, resolveDir, namespace }) =>
      namespace === 'file' && SELDOM_USED.includes(packageOf(path)) ? later(path, resolveDir) : undefined,
    )
    onResolve({ filter: SELDOM_USED_FILES }, ({ path, resolveDir }) => later(path, resolveDir))
    onLoad({ filter: /.*/, namespace: 'later' }, ({ path, pluginData: { from } }) => ({
      contents: standIn(path, join(UP, relative(ROOT, from))),
    }))
    // Its wrapper looks for a configuration file of the user's and for a browser: we say which browser it is.
    onResolve({ filter: /^puppeteer$/ }, ({ resolveDir, kind }) => resolve('puppeteer-core', { resolveDir, kind }))
    for (const [file, change] of CHANGED) {
      onLoad({ filter: file }, async ({ path }) => ({ contents: changed(await readFile(path, 'utf8'), change, path) }))
    }
  },
}

/** What a file says that would not hold in the bundle, and what it says there. */
const CHANGED = [
  // Where its own files lie is asked of the file, which is elsewhere now.
  [
    /wppconnect\/dist\/controllers\/browser\.js$/,
    ["path.join(__dirname, '../../dist/lib/wapi', 'wapi.js')", "'@wppconnect-team/wppconnect/dist/lib/wapi/wapi.js'"],
  ],
  // We always give it a logger of ours; its own is made when somebody writes to it.
  [
    /wppconnect\/dist\/config\/create-config\.js$/,
    ['logger: logger_1.defaultLogger', 'logger: new Proxy({}, { get: (_, key) => logger_1.defaultLogger[key] })'],
  ],
  // What keeps a browser from being told for one that is driven is many small modules, found by name.
  [/puppeteer-extra\/dist\/index\.cjs\.js$/, ['dep = require(name)();', `dep = (${bundledPlugins()})();`]],
]

function bundledPlugins() {
  const stealth = 'puppeteer-extra-plugin-stealth/evasions'
  const evasions = readdirSync(join(ROOT, 'node_modules', stealth), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map(({ name }) => `${stealth}/${name}`)
  const names = [...evasions, 'puppeteer-extra-plugin-user-preferences', 'puppeteer-extra-plugin-user-data-dir']
  const cases = names.map((name) => `name === '${name}' ? require('${name}')`)
  return `${cases.join(' : ')} : require(name)`
}

function changed(text, [from, to], path) {
  if (text.split(from).length !== 2) throw new Error(`${path} is not the file that is known: it has no one "${from}"`)
  return text.replace(from, to)
}

const packageOf = (path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/')
const later = (path, from) => ({ path, namespace: 'later', pluginData: { from } })

/**
 * Stands for a module until something of it is touched: calls, constructs and reads go to the real one. It says that it
 * is an ES module, because from any other TypeScript's helpers copy all names at once.
 */
const standIn = (path, from) => `
  let real
  const load = () => (real ??= require('node:module').createRequire(require('node:path').join(__dirname, ${JSON.stringify(from)}, '_'))(${JSON.stringify(path)}))
  const defaultOf = (loaded) => (loaded.__esModule ? loaded.default : loaded)
  module.exports = new Proxy(function () {}, {
    get: (_, key) => (key === '__esModule' ? true : key === 'default' ? defaultOf(load()) : load()[key]),
    apply: (_, self, args) => Reflect.apply(load(), self, args),
    construct: (_, args) => Reflect.construct(load(), args),
  })
`
