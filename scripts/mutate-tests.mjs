// The tests of one changed condition, started by mutate.mjs in a sandbox: these files in one process, up to the first
// failure. A test that still waits after this time waits for what the change prevents.
import { resolve } from 'node:path'
import { run } from 'node:test'

const TEST_TIMEOUT_MS = 10_000
process.env.TMPDIR = process.env.FROTA_MUTATE_TMPDIR // in memory, and gone with this process
const files = process.argv.slice(2).map((file) => resolve(file))

for await (const { type, data } of run({ files, isolation: 'none', timeout: TEST_TIMEOUT_MS })) {
  if (type !== 'test:fail') continue
  process.stdout.write(`${data.name}: ${data.details.error}\n`)
  process.exit(1)
}
