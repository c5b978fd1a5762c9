// The session program as it runs in production: compiled, in a folder of its own, with the test kinds beside it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

export interface BuiltSession {
  program: string
  /** The URL of a run module in test/kinds. */
  kind(name: string): string
  remove(): void
}

export async function buildSession(): Promise<BuiltSession> {
  const dir = mkdtempSync(join(tmpdir(), 'frota-built-'))
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  const project = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: root,
      outDir: join(dir, 'dist'),
      removeComments: true,
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    include: [],
    files: [
      'src/session.ts',
      'src/service.ts',
      'src/main/health.ts',
      'src/kinds/session-sdk.ts',
      'test/kinds/idle.ts',
      'test/kinds/scripted.ts',
    ].map((file) => join(root, file)),
  }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(project))
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', dir], { stdio: 'inherit' })
  const bundler = new URL('../scripts/bundle-session.mjs', import.meta.url).href
  const { bundleSession } = (await import(bundler)) as { bundleSession(dist: string): Promise<void> }
  await bundleSession(join(dir, 'dist'))
  copyFileSync(join(root, 'test/kinds/outside.mjs'), join(dir, 'outside.mjs'))
  return {
    program: join(dir, 'dist/src/session.js'),
    kind: (name) => pathToFileURL(join(dir, name.endsWith('.mjs') ? name : `dist/test/kinds/${name}.js`)).href,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
