import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Field } from '../kinds/config.js'
import { fileText, readFiles } from './config-files.js'

const field = (key: string, type: Field['type'] = 'text'): Field => ({
  key,
  type,
  choices: [],
  default: undefined,
  required: false,
  help: '',
  ...(type === 'file' && { maxBytes: 4 }),
})

test('paths are taken out of settings and config, the setting going over the config, and the bytes put beside them', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-config-files-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const put = (name: string, text: string) => {
    writeFileSync(join(dir, name), text)
    return join(dir, name)
  }
  const [one, two] = [put('one', '1=1'), put('t=wo', '22')]
  const fields = [field('text', 'file'), field('more', 'file'), field('note')]
  const kept = { name: 'was', sha256: 'a'.repeat(64), bytes: 1 }
  assert.deepEqual(
    readFiles(fields, { settings: ['note=text=x', `text=${two}`], config: { text: one, more: kept, note: 'n' } }),
    {
      settings: ['note=text=x'],
      config: { more: kept, note: 'n' },
      files: { text: { name: 't=wo', base64: Buffer.from('22').toString('base64') } },
    },
  )
  assert.deepEqual(readFiles(fields, { settings: ['note=a'] }), { settings: ['note=a'] })
  assert.deepEqual(readFiles([field('note')], { settings: ['text=/nowhere'], config: { text: '/nowhere' } }), {
    settings: ['text=/nowhere'],
    config: { text: '/nowhere' },
  })
  const refused = (path: string) => () => readFiles(fields, { settings: [`text=${path}`] })
  assert.throws(refused(put('large', '12345')), { code: 'BAD_FILE', exit: 2, message: /^text: .*large: it is larger/ })
  assert.throws(refused(''), { message: 'text: must be the path of a file.' })
})

test('a file is shown by its name and size', () => {
  assert.equal(fileText({ name: 'a.md', sha256: '', bytes: 2150 }), 'a.md (2.1 KB)')
})
