// `frota trading backtest` through the real command: what docs/backtest.md shows, what --json promises, how it is interrupted.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalPath, homePaths } from '../src/config/home.js'
import { execute, NODE, ROOT } from './fleet-home.js'

const SP500 = join(ROOT, 'node_modules/vega-datasets/data/sp500-2000.csv')

function aHome(t: TestContext, more: Record<string, string> = {}) {
  const dir = canonicalPath(mkdtempSync(join(tmpdir(), 'frota-trading-')))
  const [cwd, tmp] = [join(dir, 'typed-here'), join(dir, 'tmp')]
  for (const made of [cwd, tmp]) mkdirSync(made)
  const { runDir } = homePaths(dir, process.getuid?.() ?? 0)
  t.after(() => {
    for (const made of [dir, runDir]) rmSync(made, { recursive: true, force: true })
  })
  copyFileSync(SP500, join(cwd, 'sp500.csv'))
  writeFileSync(
    join(cwd, 'settings.json'),
    '{"strategy":"sma-cross","parameters":{"fast":20,"slow":50},"fill":{"fee":0.001}}',
  )
  const env = { PATH: process.env.PATH ?? '', HOME: dir, FROTA_HOME: dir, TMPDIR: tmp, ...more }
  return {
    cwd,
    tmp,
    frota: (...args: string[]) => execute(NODE, [join(ROOT, 'bin/frota'), ...args], env, cwd),
    start(...args: string[]): ChildProcess {
      const child = spawn(NODE, [join(ROOT, 'bin/frota'), ...args], { env, cwd })
      t.after(() => child.kill('SIGKILL'))
      return child
    },
  }
}

describe('frota trading backtest', { concurrency: true }, () => {
  test('what docs/backtest.md types works, and leaves the files that it names', async (t) => {
    const { frota, cwd, tmp } = aHome(t)
    const lines = readFileSync(join(ROOT, 'docs/backtest.md'), 'utf8').match(/^frota trading backtest .*$/gm) ?? []
    assert.ok(lines.length >= 5)
    for (const line of lines) {
      const { code, stdout, stderr } = await frota(...line.split(' ').slice(1))
      assert.equal(code, 0, `${line}\n${stderr}`)
      if (line.includes('--json')) assert.equal(JSON.parse(stdout).strategy, 'sma-cross')
      else assert.match(stdout, /candles of 1d[\s\S]*[▁-█]{20}[\s\S]*Sharpe/)
    }
    assert.deepEqual(readdirSync(cwd).sort(), ['equity.csv', 'report.html', 'settings.json', 'sp500.csv', 'trades.csv'])
    assert.deepEqual(readdirSync(tmp), [])
  })

  test('the program in docs/backtest.md comes to what the command comes to', async (t) => {
    const { cwd, frota } = aHome(t)
    const [, program = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/backtest.md'), 'utf8')) ?? []
    writeFileSync(join(cwd, 'program.mjs'), program)
    mkdirSync(join(cwd, 'node_modules'))
    symlinkSync(ROOT, join(cwd, 'node_modules/frota'))
    const { stdout, stderr } = await execute(NODE, ['program.mjs'], { PATH: process.env.PATH ?? '' }, cwd)
    const line = 'trading backtest --data sp500.csv --strategy sma-cross --set fast=10 --set slow=30 --allow-short'
    const same = await frota(...line.split(' '), '--fee', '0.001', '--whole-units', '--json')
    const { stats } = JSON.parse(same.stdout)
    assert.deepEqual(JSON.parse(stdout || assert.fail(stderr)), { trades: stats.trades, sharpe: stats.sharpe })
  })

  test('zone and locale change nothing', async (t) => {
    const line = 'trading backtest --data sp500.csv --strategy breakout-atr --allow-short --fee 0.05% --json'.split(' ')
    const plain = await aHome(t).frota(...line)
    const other = await aHome(t, { TZ: 'America/Sao_Paulo', LANG: 'pt_BR.UTF-8', LC_ALL: 'pt_BR.UTF-8' }).frota(...line)
    assert.equal(plain.code, 0, plain.stderr)
    assert.equal(plain.stdout, other.stdout)
  })

  test('a bad file, flag or value ends with 2 and one line, and leaves nothing', async (t) => {
    const { frota, cwd } = aHome(t)
    writeFileSync(
      join(cwd, 'bad.csv'),
      'date,open,high,low,close,volume\n2020-01-01,1,2,1,1,1\n2020-01-02,1,2,1,-1,1\n',
    )
    const given = ['trading', 'backtest', '--strategy', 'sma-cross', '--equity', 'e.csv', '--data']
    for (const [more, said] of [
      [['bad.csv'], 'frota: trading backtest: --data: bad.csv: line 3: close must be more than 0, not -1.\n'],
      [['none.csv'], /^frota: --data: none\.csv: ENOENT[^\n]*\n$/],
      [['sp500.csv', '--cash', '0'], /^frota: trading backtest: --cash must be more than 0, not 0\. [^\n]*\n$/],
      [['sp500.csv', '--set', 'fast=0'], /^frota: trading backtest: --set: sma-cross: fast[^\n]*\n$/],
      [['sp500.csv', '--fil', 'close'], /^frota: unknown option '--fil'[^\n]*--fill[^\n]*\n$/],
    ] as const) {
      const { code, stdout, stderr } = await frota(...given, ...more)
      assert.deepEqual([code, stdout], [2, ''], more.join(' '))
      if (typeof said === 'string') assert.equal(stderr, said)
      else assert.match(stderr, said)
    }
    assert.deepEqual(readdirSync(cwd).sort(), ['bad.csv', 'settings.json', 'sp500.csv'])
  })

  test('Ctrl-C in the middle leaves what was there and no half file; 130', async (t) => {
    const strategy = join(canonicalPath(mkdtempSync(join(tmpdir(), 'frota-slow-'))), 'slow.mjs')
    t.after(() => rmSync(join(strategy, '..'), { recursive: true, force: true }))
    const waits = 'next() { const until = performance.now() + 0.3; while (performance.now() < until); }'
    writeFileSync(strategy, `export default { name: 'slow', parameters: () => ({}), start: () => ({}), ${waits} }`)
    const { start, cwd, tmp } = aHome(t)
    let text = 'time,open,high,low,close,volume\n'
    for (let i = 0; i < 60_000; i++) text += `${1_600_000_000 + i * 60},1,1,1,1,1\n`
    writeFileSync(join(cwd, 'long.csv'), text)
    writeFileSync(join(cwd, 'e.csv'), 'before')
    const before = readdirSync(cwd).sort()
    const job = start(
      'trading',
      'backtest',
      '--data',
      'long.csv',
      '--strategy',
      strategy,
      '--equity',
      'e.csv',
      '--json',
    )
    let said = ''
    job.stderr?.on('data', (chunk) => (said += chunk))
    const ended = once(job, 'close')
    while (!said.includes('"progress"') && job.exitCode === null) await sleep(20)
    assert.ok(readdirSync(cwd).length > before.length, said)
    job.kill('SIGINT')
    const [code] = await ended
    assert.equal(code, 130, said)
    assert.equal(JSON.parse(said.trim().split('\n').at(-1) ?? '').error.code, 'INTERRUPTED')
    assert.deepEqual(readdirSync(cwd).sort(), before)
    assert.equal(readFileSync(join(cwd, 'e.csv'), 'utf8'), 'before')
    assert.deepEqual(readdirSync(tmp), [])
  })
})
