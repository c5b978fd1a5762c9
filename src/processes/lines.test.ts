import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { lineSplitter } from './lines.js'

async function split(chunks: (string | Buffer)[], longest = 100): Promise<string[]> {
  const stream = new PassThrough()
  const lines: string[] = []
  const ended = lineSplitter(stream, longest, (line) => lines.push(line))
  for (const chunk of chunks) {
    stream.write(chunk)
    await new Promise((resolve) => setImmediate(resolve))
  }
  stream.end()
  await ended
  return lines
}

test('lines come whole, however they were cut on the way; one without its end comes at the end of all', async () => {
  assert.deepEqual(await split(['a\nb', 'c\r\n', '\n', 'd']), ['a', 'bc', '', 'd'])
  const euro = Buffer.from('€\n')
  assert.deepEqual(await split([euro.subarray(0, 1), euro.subarray(1)]), ['€'])
  assert.deepEqual(await split([]), [])
})

test('a line without end fills no memory: it comes in pieces', async () => {
  assert.deepEqual(await split(['123', '456', '7\n'], 5), ['123456', '7'])
})
