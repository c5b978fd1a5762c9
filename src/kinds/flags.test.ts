import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { flagOf, throwIfBadJobs } from './flags.js'

test('a field is a flag in kebab case', () => {
  assert.deepEqual(['takeProfit', 'data', 'stop_loss', 'rsi14Period', 'x2Y'].map(flagOf), [
    'take-profit',
    'data',
    'stop-loss',
    'rsi14-period',
    'x2-y',
  ])
})

const run = new URL('file:///nowhere.js')
const refusal = (job: object, { name = 'trading', jobName = 'go' } = {}) => {
  const jobs = { [jobName]: { input: z.object({ data: z.string() }), help: '', run, ...job } }
  try {
    throwIfBadJobs({ name, jobs }, ['ls', 'check'])
    return null
  } catch (error) {
    return error instanceof Error ? error.message : assert.fail()
  }
}

test('a kind whose jobs could not be called is refused, with what is wrong', () => {
  assert.equal(refusal({}), null)
  assert.equal(refusal({ args: ['data'], maxMemory: '2GB' }), null)
  assert.match(refusal({}, { name: 'ls' }) ?? '', /"ls" is a command of frota/)
  assert.match(refusal({}, { jobName: 'Go' }) ?? '', /jobs\.Go: its name/)
  assert.match(refusal({ input: {} }) ?? '', /jobs\.go\.input` must be a z\.object/)
  assert.match(refusal({ help: undefined }) ?? '', /help` is missing/)
  assert.match(refusal({ run: './x.js' }) ?? '', /run` must be a URL/)
  assert.match(refusal({ maxMemory: '2' }) ?? '', /maxMemory` must be a size/)
  assert.match(refusal({ args: ['file'] }) ?? '', /args: its input has no "file"/)
  for (const key of ['json', 'help', 'input', 'yes', 'ü', '-x', 'noFees', 'no_fees'])
    assert.match(refusal({ input: z.object({ [key]: z.string() }) }) ?? '', /cannot be a flag/, key)
  const lists = z.object({ numbers: z.array(z.number()).default([]), label: z.string() })
  assert.equal(refusal({ input: lists, args: ['label', 'numbers'] }), null)
  assert.match(
    refusal({ input: lists, args: ['numbers', 'label'] }) ?? '',
    /args: "numbers" is a list: it must be the last/,
  )
  const twice = z.object({ takeProfit: z.number(), take_profit: z.number() })
  assert.match(refusal({ input: twice }) ?? '', /"take_profit" and "takeProfit" are one flag/)
})
