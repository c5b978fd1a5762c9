import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Cli } from './cli.js'
import { menuCommands } from './menu.js'

test('whoever chose the demo in the menu gets it, once the terminal is free again', async (t) => {
  const checkout = mkdtempSync(join(tmpdir(), 'frota-menu-'))
  t.after(() => rmSync(checkout, { recursive: true, force: true }))
  mkdirSync(join(checkout, 'bin'))
  writeFileSync(join(checkout, 'bin/frota'), 'console.log("asked for", ...process.argv.slice(2, 4))')
  const said: string[] = []
  const menuOf = async (wantsDemo: boolean) => {
    const doors = {
      checkout,
      config: () => ({ terminal: { isDumb: false, hasSextants: true }, passedOn: {} }),
      async menu() {
        said.push('menu')
        return { wantsDemo }
      },
    }
    const [menu] = menuCommands({ doors, interactive: true, note: (text: string) => said.push(text) } as unknown as Cli)
    await menu?.parseAsync([], { from: 'user' })
  }
  await menuOf(false)
  assert.deepEqual(said.splice(0), ['menu'])
  await assert.rejects(menuOf(true), /did not come up: asked for sim whatsapp/)
  assert.equal(said[0], 'menu')
})
