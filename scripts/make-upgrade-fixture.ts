// npm run upgrade-fixture: keeps the programs of sessions and host services, and a home, as they are now, for
// test/upgrade.test.ts. To be run before anything of the wire or of a schema changes for the first time since the last one
// was kept (the hashes in test/fixtures/schemas.json and WIRE_VERSION say so), and committed; the ones of before stay.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { homePaths } from '../src/config/home.js'
import { homeId } from '../src/config/home-id.js'
import { messageOf } from '../src/core/errors.js'
import { WIRE_VERSION } from '../src/core/protocol.js'
import { MIRROR_VERSION, openMirror } from '../src/store/mirror.js'
import { openSqliteStore } from '../src/store/sqlite.js'
import { openVault } from '../src/vault/vault.js'
import { type FleetHome, openFleetHome, ROOT } from '../test/fleet-home.js'
import {
  DATABASES,
  dumpOf,
  FILES,
  FIXTURES,
  generations,
  HOME_MARK,
  layHome,
  MIRROR,
  PROGRAMS,
} from '../test/old-program.js'

const ENOUGH = 20

mkdirSync(FIXTURES, { recursive: true })
const next = String(Math.max(0, ...generations().map(Number)) + 1)
const dir = join(FIXTURES, next)
mkdirSync(dir)
writeFileSync(join(dir, 'about.json'), `${JSON.stringify({ wire: WIRE_VERSION, mirror: MIRROR_VERSION })}\n`)
await keepPrograms()
await keepHome()
await keepMirror()
console.log(dir)

async function keepPrograms() {
  for (const [to, from] of Object.entries(PROGRAMS)) {
    await build({
      entryPoints: [join(ROOT, 'dist', from)],
      outfile: join(dir, to),
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      banner: { js: '// frota, built from this repository (AGPL-3.0-or-later) by scripts/make-upgrade-fixture.ts.' },
    })
  }
}

/** With events and a notice that wait, killed in the middle of things. */
async function keepHome() {
  const { home, end } = await openFleetHome({
    FROTA_KINDS: join(ROOT, 'test/kinds/kept/kind.js'),
    FROTA_GATEWAY: 'off',
  })
  try {
    await home.frota('up')
    await home.call('tenants.add', { slug: 'acme' })
    await home.add('acme/a', { witness: home.witness.socket }, 'kept')
    await home.runWith('a-token-of-the-test', 'secret', 'set', 'acme/a', 'TOKEN')
    await home.runWith('an-operators-secret', 'secret', 'set', 'operator', 'SMTP_KEY')
    await home.call('sessions.start', { refs: ['acme/a'] })
    const [row] = await home.reached('ready', 'acme/a')
    await home.until('some counts', () => home.events('count').length >= ENOUGH)
    const { supervisor, pm2 } = await home.status()
    home.kill(supervisor?.pid, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, ENOUGH * 50))
    for (const pid of [pm2?.pid, supervisor?.pid, row?.pid]) home.kill(pid)
    await home.until('all gone', () => home.witness.live().length === 0)
    keepFiles(home)
  } finally {
    // The third keeper would bring it back.
    console.log((await end()).join('\n'))
  }
}

function keepFiles(home: FleetHome) {
  for (const [to, from] of Object.entries(FILES)) writeFileSync(join(dir, to), readFileSync(join(home.dir, from)))
  for (const [to, from] of Object.entries(DATABASES))
    writeFileSync(
      join(dir, to),
      dumpOf(join(home.dir, from)).replaceAll(home.dir, HOME_MARK).replaceAll(`'${hostname()}'`, `'old-host'`),
    )
}

/** Of what was kept of the store: no path of this machine is in it. */
async function keepMirror() {
  const home = mkdtempSync(join(tmpdir(), 'frota-mirror-'))
  const paths = homePaths(home, 0)
  layHome({ dir }, home, HOME_MARK)
  const store = openSqliteStore(paths.db)
  const vault = await openVault({ masterKey: null, keyFile: paths.keyFile, store, storeIsLocal: true })
  const onTrouble = (error: Error) => {
    throw new Error(messageOf(error))
  }
  const mirror = openMirror(join(dir, MIRROR), { box: vault.box('mirror'), onTrouble })
  mirror.save(await store.home(homeId({ paths })).snapshot())
  await store.close()
  rmSync(home, { recursive: true, force: true })
}
