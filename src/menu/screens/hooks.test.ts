// The addresses of a session's hooks as a person reads them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { KindView } from '../../fleet/kinds.js'
import type { Menu } from '../context.js'
import { hooks } from './hooks.js'

interface Reading {
  load(): Promise<void>
  draw(size: { columns: number; rows: number }): string[]
}

async function read(gateway: { mode: string; publicUrl: string }): Promise<string[]> {
  let lines: string[] = []
  const menu = {
    attempt: (_crumbs: string[], work: () => Promise<unknown>) => work(),
    fleet: { call: async () => [{ name: 'paid', url: `${gateway.publicUrl}/hooks/opaque/paid` }] },
    doors: { config: () => ({ gateway }) },
    async live({ load, draw }: Reading) {
      await load()
      lines = draw({ columns: 80, rows: 24 }).map(stripVTControlCharacters)
    },
  } as unknown as Menu
  const kind = { hooks: [{ name: 'paid', help: 'A payment\x1b[2J came' }] } as unknown as KindView
  await hooks(menu, ['acme/a'], 'acme/a', kind)
  return lines
}

test('each hook stands with what it is for and its address in a line of its own', async () => {
  const lines = await read({ mode: 'auto', publicUrl: 'https://bots.example.com' })
  assert.deepEqual(lines.slice(0, 2), ['paid  A payment�[2J came', 'https://bots.example.com/hooks/opaque/paid'])
  assert.deepEqual(lines.slice(3, 5), ['Whoever knows an address may call it.', ''])
})

test('that nobody outside can call them, or nobody answers, is said with the addresses', async () => {
  const text = (await read({ mode: 'off', publicUrl: 'http://127.0.0.1:3000' })).join('\n')
  assert.match(text, /FROTA_GATEWAY is off/)
  assert.match(text, /this machine alone/)
})
