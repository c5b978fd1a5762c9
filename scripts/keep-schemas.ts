// npm run keep-schemas: writes down that the steps that were added to a schema are final. From then on a test holds them.
import { existsSync, writeFileSync } from 'node:fs'
import { editsOf, KNOWN_FILE, knownSchemas, newSteps, schemasNow } from '../test/known-schemas.js'

const known = existsSync(KNOWN_FILE) ? knownSchemas() : {}
const now = schemasNow()
const edits = editsOf(known, now)
const added = newSteps(known, now)
if (edits.length > 0) {
  console.error(edits.join('\n'))
  process.exitCode = 1
} else {
  writeFileSync(KNOWN_FILE, `${JSON.stringify(now, null, 2)}\n`)
  console.log(added.length === 0 ? 'No step is new.' : added.join('\n'))
}
