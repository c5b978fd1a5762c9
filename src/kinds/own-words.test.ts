import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { inOwnWords } from './own-words.js'

const schema = z.object({
  text: z.string().min(1).max(3),
  long: z.string().min(4).optional(),
  count: z.int().min(10).max(20).multipleOf(5).optional(),
  above: z.number().gt(0).optional(),
  flag: z.boolean().optional(),
  mode: z.enum(['paper', 'live']).optional(),
  only: z.literal('x').optional(),
  list: z.array(z.string()).min(1).max(2).optional(),
  url: z.url().optional(),
  code: z.string().regex(/^a/).optional(),
  own: z.string().regex(/^a/, 'must begin with a').optional(),
  either: z.union([z.string(), z.number()]).optional(),
  inner: z.strictObject({}).optional(),
})
const wordsFor = (value: object) =>
  schema
    .safeParse({ text: 'a', ...value }, { error: inOwnWords })
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    .join()

test('what a setting may be and what it was is said in plain words, never in the schema library’s', () => {
  const cases: [object, string][] = [
    [{ text: undefined }, 'text is missing'],
    [{ text: 5 }, 'text must be a text, not 5'],
    [{ text: '' }, 'text must not be empty'],
    [{ text: 'hunter2' }, 'text must have at most 3 characters'],
    [{ long: 'abc' }, 'long must have at least 4 characters'],
    [{ count: 3 }, 'count must be at least 10, not 3,count must be a multiple of 5, not 3'],
    [{ count: 25 }, 'count must be at most 20, not 25'],
    [{ count: 12.5 }, 'count must be a whole number, not 12.5'],
    [{ count: 'x'.repeat(99) }, 'count must be a number'],
    [{ above: 0 }, 'above must be more than 0, not 0'],
    [{ flag: 'perhaps' }, 'flag must be true or false, not "perhaps"'],
    [{ mode: 'casino' }, 'mode must be one of paper, live, not "casino"'],
    [{ only: 'y' }, 'only must be x, not "y"'],
    [{ list: 'a' }, 'list must be a list, not "a"'],
    [{ list: [] }, 'list must not be empty'],
    [{ list: [{}] }, 'list.0 must be a text, not an object'],
    [{ list: ['a', 'b', 'c'] }, 'list must have at most 2 entries'],
    [{ url: 'hunter2' }, 'url must be an address such as https://example.com'],
    [{ code: 'hunter2' }, 'code must be of the right form'],
    [{ own: 'hunter2' }, 'own must begin with a'],
    [{ either: true }, 'either is not one of the allowed forms'],
    [{ inner: { a: 1 } }, 'inner has unknown keys: a'],
  ]
  for (const [value, words] of cases) assert.equal(wordsFor(value), words)
})
