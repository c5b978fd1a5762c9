// One file instead of thirty for the program that runs a hundred times on a host, for its sister that runs host services,
// and for the one that is asked every few seconds: each start saves 16 ms of CPU.
// The compiler's own output works just the same; it only costs more of each start.
import { join } from 'node:path'
import { build } from 'esbuild'

/** @param dist folder that holds the compiled `src/session.js` and its like */
export async function bundleSession(dist) {
  for (const name of ['session.js', 'service.js', 'main/health.js']) await bundle(join(dist, 'src', name))
}

async function bundle(program) {
  await build({
    entryPoints: [program],
    outfile: program,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'warning',
  })
}
