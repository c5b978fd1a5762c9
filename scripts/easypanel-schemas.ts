// npm run easypanel-schemas: writes easypanel/schema*.json, what easypanel/template/ answers, for pasting by hand.
import { writeFileSync } from 'node:fs'
import { pastedSchemas } from '../test/easypanel/template.js'

for (const { file, text } of await pastedSchemas()) writeFileSync(file, text)
