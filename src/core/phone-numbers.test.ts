import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullPhone, lacksCountry, withCountry } from './phone-numbers.js'

test('a phone number is taken with its country only; without it the country is asked for and not guessed', () => {
  for (const [typed, number] of [
    ['+55 11 99999-8888', '+5511999998888'],
    ['0055 (11) 99999.8888', '+5511999998888'],
    ['11 99999-8888', null],
    ['5511999998888', null],
    ['+0 11 99999-8888', null],
    ['+12', null],
    ['ana +5511987654321', null],
  ] as const) {
    assert.equal(fullPhone(typed), number, typed)
  }
  assert.ok(lacksCountry('11 99999-8888') && !lacksCountry('+55') && !lacksCountry('ana') && !lacksCountry('12'))
  for (const country of ['55', '+55', ' 55 ', '+5511999998888']) {
    assert.equal(withCountry('11 99999-8888', country), '+5511999998888', country)
  }
  for (const country of ['', 'br', '5511999998888']) assert.equal(withCountry('11 99999-8888', country), null, country)
})
