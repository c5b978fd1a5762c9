// A server's Unix socket for this user alone. Whoever asks looks first whether the directory is its own (`trust.ts`): a
// directory that others may enter is no place for one.
import type { Server } from 'node:net'

const { chmodSync, rmSync } = process.getBuiltinModule('node:fs')

/** A socket that a killed process left there under the same name is replaced. Rejects when nothing can listen there. */
export async function listenOnOwnSocket(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
  chmodSync(path, 0o600)
}
