// What `frota trading backtest` refuses before it begins.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { inPlace, openBacktest, SP500 } from '../../../../test/trading-job.js'
import { BadInput } from '../../../core/bad-input.js'

const dir = mkdtempSync(join(tmpdir(), 'frota-backtest-'))
after(() => rmSync(dir, { recursive: true, force: true }))
const backtest = openBacktest(dir)

describe('what is refused, in one line that names the flag', () => {
  const same = join(dir, 'same')
  const cases: [given: Record<string, unknown>, said: RegExp][] = [
    [{ strategy: undefined }, /^--strategy is missing$/],
    [{ strategy: 'smacross' }, /^there is no strategy "smacross"$/],
    [{ data: undefined }, /^there are no candles to read/],
    [{ set: ['fast'] }, /^--set "fast" is not key=value$/],
    [{ set: ['fast=x'] }, /^--set: sma-cross: fast/],
    [{ set: ['fast=30', 'slow=20'] }, /fast must be below slow/],
    [{ set: ['quick=3'] }, /quick/],
    [{ set: ['what.ever=3'] }, /^--set what\.ever: only .*risk\./],
    [{ set: ['risk.__proto__.x=3'] }, /is not key=value/],
    [{ set: ['risk.maxPositions=0'] }, /^--set risk\.maxPositions must be at least 1, not 0$/],
    [{ set: ['risk.maxPosition=1'] }, /^--set risk has unknown keys: maxPosition$/],
    [{ set: ['fill.rules=nice'] }, /^--set fill\.rules must be one of strict, freqtrade/],
    [{ set: ['instrument.tick=0'] }, /^--set instrument\.tick must be a number above 0, not 0$/],
    [{ fee: 'much' }, /^--fee must be a ratio or percent/],
    [{ fee: '100%' }, /^--fee must be a ratio or percent from -10% to 50%, not "100%"$/],
    [{ slippage: '-0.1' }, /^--slippage must be a ratio or percent from 0% to 50%, not "-0\.1"$/],
    [{ timeframe: '3x' }, /^--timeframe: "3x" is no timeframe/],
    [{ timeframe: '1w' }, /^sp500-2000\.csv: its candles are of 1d, so they cannot be read as candles of 1w$/],
    [{ size: 'huge' }, /^--size must be all-in/],
    [{ size: 'fraction:2' }, /^--size must be all-in/],
    [{ from: 'yesterday' }, /^--from must be a date or time, not "yesterday"$/],
    [{ from: '2001-01-01', to: '2000-01-01' }, /^--from 2001-01-01 lies after --to 2000-01-01$/],
    [{ from: '2030-01-01' }, /^sp500-2000\.csv: no candle lies between --from and --to$/],
    [{ config: inPlace(SP500) }, /^--config: sp500-2000\.csv: it is not JSON/],
    [{ html: join(dir, 'none/r.html') }, /^--html: .*there is no directory/],
    [{ html: dir }, /^--html: .*it is a directory$/],
    [{ trades: SP500 }, /^--trades and --data name the same file$/],
    [{ html: same, equity: same }, /^--html and --equity name the same file$/],
  ]
  for (const [given, said] of cases)
    test(`${said}`, async () => {
      await assert.rejects(backtest(given), (error) => {
        assert.ok(error instanceof BadInput, String(error))
        assert.match(error.message, said)
        assert.ok(!error.message.includes('\n'))
        return true
      })
    })
})
