import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { checkConfig, fieldsOfSchema } from './config.js'
import { FileInPlace, file, throwIfBadFiles } from './file.js'
import type { Kind } from './kind.js'

const config = z.object({ text: file({ maxBytes: 2048, help: 'What it says' }), more: file().optional() })
const kind = { name: 'k', title: 'K', config, run: new URL('file:///k.js') } as unknown as Kind
const sha256 = '0f'.repeat(32)
const stored = { name: 'a.md', sha256, bytes: 2048 }

test('a file field is drawn as one, with its help and its limit, also when it is optional or in a list', () => {
  const [text, more] = fieldsOfSchema(config)
  assert.deepEqual([text?.type, text?.maxBytes, text?.required, text?.help], ['file', 2048, true, 'What it says'])
  assert.deepEqual([more?.type, more?.maxBytes, more?.required], ['file', 1024 * 1024, false])
  const [list] = fieldsOfSchema(z.object({ data: z.array(file()) }))
  assert.deepEqual([list?.type, list?.items?.type], ['json', 'file'])
})

test('a stored file becomes one in the session’s directory; what is none, or too large, is refused by name', () => {
  const checked = checkConfig(kind, { text: stored })
  assert.deepEqual(checked.ok && checked.config, { text: { ...stored, path: `config-files/${sha256}` } })
  const problems = (value: unknown) => {
    const answer = checkConfig(kind, { text: value } as never)
    return answer.ok ? [] : answer.problems
  }
  assert.deepEqual(problems(undefined), ['text: is missing'])
  for (const odd of ['./a.md', 1, {}, { ...stored, path: '/etc/passwd' }, { name: 'a', bytes: 1, path: '/etc/passwd' }])
    assert.deepEqual(problems(odd), ['text: must be a file, given by its path'])
  assert.deepEqual(problems({ ...stored, bytes: 2049 }), ['text: must not be larger than 2KB'])
})

test('a job’s file is read where it lies', () => {
  const inPlace = { name: 'a.csv', bytes: 1, path: '/data/a.csv' }
  assert.deepEqual(file().parse(new FileInPlace(inPlace)), inPlace)
  assert.equal(file().safeParse(inPlace).success, false)
})

test('a file that no door could bring is refused when the kind is loaded', () => {
  const refusal = (schema: z.ZodObject, most: number) => {
    try {
      throwIfBadFiles('config', schema, most)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : null
    }
  }
  assert.equal(refusal(z.object({ a: file({ maxBytes: 10 }), b: z.string() }), 10), null)
  assert.match(refusal(z.object({ a: file({ maxBytes: 11 }) }), 10) ?? '', /config\.a: file\(\) takes 10B at most/)
  assert.match(refusal(z.object({ a: file({ maxBytes: 11 }) }), 0) ?? '', /config\.a: file\(\) is for config and jobs/)
  assert.match(refusal(z.object({ a: file({ maxBytes: 11 }).optional() }), 10) ?? '', /config\.a: file\(\) takes 10B/)
  assert.match(
    refusal(z.object({ a: z.array(file()).default([]) }), 10) ?? '',
    /config\.a: a list of files is for jobs/,
  )
})
