import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageFor, languageOf } from './languages.js'

test('a browser is answered in what it likes best of our languages, whatever it writes', () => {
  for (const [header, language] of [
    ['pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['es-419,es;q=0.9', 'es'],
    ['de-DE,de;q=0.9,es;q=0.4,en;q=0.5', 'en'],
    ['en;q=0.2, pt ; q=0.9', 'pt-BR'],
    ['pt;q=0, es', 'es'],
    ['ja', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    [';;q=x,,pt;q=nonsense', 'pt-BR'],
  ] as const)
    assert.equal(languageFor(header), language, header)
})

test('a language is known by its first word and no other text is one', () => {
  assert.deepEqual(['pt', 'PT-br', 'es-MX', 'en', 'fr', '', 'português'].map(languageOf), [
    'pt-BR',
    'pt-BR',
    'es',
    'en',
    undefined,
    undefined,
    undefined,
  ])
})
