// Jobs of kinds through the real command, without any fleet: what they are given, how they end, and what is left of them.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalPath, homePaths } from '../src/config/home.js'
import { signalProcess } from '../src/node/procfs.js'
import { isAlive } from '../src/processes/proc.js'
import { execute, NODE, ROOT } from './fleet-home.js'

const KIND = join(ROOT, 'test/kinds/cruncher/kind.js')
const SECRET = 'sb_secret_that-no-job-may-see'

function jobHome(t: TestContext, kinds = KIND) {
  const dir = canonicalPath(mkdtempSync(join(tmpdir(), 'frota-jobs-')))
  const tmp = join(dir, 'tmp')
  mkdirSync(tmp)
  const { runDir } = homePaths(dir, process.getuid?.() ?? 0)
  t.after(() => {
    for (const made of [dir, runDir]) rmSync(made, { recursive: true, force: true })
  })
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    FROTA_HOME: dir,
    FROTA_KINDS: kinds,
    TMPDIR: tmp,
    SUPABASE_URL: 'https://nowhere.example.com',
    SUPABASE_SECRET_KEY: SECRET,
  }
  return {
    dir,
    env,
    /** What jobs left behind. */
    left: () => readdirSync(tmp),
    run: (...args: string[]) => execute(NODE, [join(ROOT, 'bin/frota'), ...args], env),
    start(...args: string[]): ChildProcess {
      const child = spawn(NODE, [join(ROOT, 'bin/frota'), ...args], { env, cwd: ROOT })
      t.after(() => child.kill('SIGKILL'))
      return child
    },
  }
}

async function seen<T>(look: () => T | undefined | false): Promise<T> {
  for (let left = 600; left > 0; left--) {
    const found = look()
    if (found) return found
    await sleep(50)
  }
  throw new Error(`not seen: ${look}`)
}

const readIf = (file: string) => existsSync(file) && readFileSync(file, 'utf8')

async function outcome(child: ChildProcess) {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const [code, signal] = await once(child, 'close')
  return { code, signal, stdout, stderr }
}

describe('jobs', { concurrency: true }, () => {
  test('a job is given its flags as its schema means them, no secret, a directory of its own, and answers JSON', async (t) => {
    const home = jobHome(t)
    const line =
      'cruncher tell sum 1 2 --numbers 3 --fill-model close --take-profit 1.5 --no-close-at-end --whole-units'
    const { code, stdout, stderr } = await home.run(...line.split(' '), '--more', '{"a":[1]}', '--json')
    assert.equal(code, 0, stderr)
    const said = JSON.parse(stdout)
    assert.deepEqual(said.input, {
      label: 'sum',
      numbers: [3],
      fillModel: 'close',
      takeProfit: 1.5,
      closeAtEnd: false,
      wholeUnits: true,
      more: { a: [1] },
      others: [],
    })
    assert.deepEqual(said.argv, [])
    assert.ok(!said.env.some((name: string) => /SUPABASE|FROTA_(?!RUN$)/.test(name)), said.env.join())
    assert.equal(said.data, join(home.dir, 'data/jobs/cruncher'))
    assert.deepEqual([said.cwd, said.isPrivate, said.niceness], [true, true, 10])
    assert.equal(existsSync(said.tmp), false)
    assert.equal(existsSync(join(home.dir, 'data/frota.db')), false, 'it touched a store')
    const lines = stderr
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text))
    assert.deepEqual(lines[0], { log: { level: 'info', message: 'begins', label: 'sum' } })
    assert.deepEqual(lines.at(-1), { progress: { done: 4, total: 4, text: 'step 4' } })
  })

  test('people see the result as the job draws it, and no control of it; defaults are filled in', async (t) => {
    const home = jobHome(t)
    const { code, stdout } = await home.run('cruncher', 'tell', 'sum', '1', '2')
    assert.equal(code, 0)
    assert.equal(stdout, 'sum: 3, 100 columns \ufffd[2J\n')
    assert.deepEqual(home.left(), [])
  })

  test('what is wrong is said before anything runs, by the names of the flags, and ends with 2', async (t) => {
    const home = jobHome(t)
    const wrong = await home.run('cruncher', 'tell', '--numbers', 'x', '--take-profit', '0')
    assert.equal(wrong.code, 2)
    assert.match(
      wrong.stderr,
      /--numbers must be a number, not "x"; --take-profit must be at least 1.*; --label is missing/,
    )
    const choice = await home.run('cruncher', 'tell', 'a', '--fill-model', 'clos', '--json')
    assert.equal(choice.code, 2)
    assert.match(JSON.parse(choice.stderr).error.message, /Allowed choices are open, close/)
    for (const [words, said] of [
      [['crunchr', 'tell'], /unknown command 'crunchr'.*cruncher/],
      [['cruncher', 'tel'], /unknown command 'tel'.*tell/],
      [['cruncher', 'tell', 'a', '--take', '1'], /unknown option '--take'/],
      [['whatsapp', 'tell'], /kind whatsapp has no jobs/],
    ] as const) {
      const { code, stderr } = await home.run(...words)
      assert.equal(code, 2, words.join(' '))
      assert.match(stderr, said)
    }
    const refused = await home.run('cruncher', 'act', 'refuses')
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /no column "close"\. \(name it in the first line\)/)
  })

  test('help and kinds tell of jobs', async (t) => {
    const home = jobHome(t)
    assert.match((await home.run('cruncher', '--help')).stdout, /tell .*Says what it was given/)
    const help = (await home.run('help', 'cruncher', 'tell')).stdout
    assert.match(help, /--fill-model <word> +Where it is filled \(default: open\)/)
    assert.match(help, /--no-close-at-end +not: Close what is open/)
    assert.match(help, /--label <text> .*\n/)
    const none = await home.run('cruncher')
    assert.equal(none.code, 2)
  })

  test('what a job prints past us breaks nothing and cannot pass for its answer', async (t) => {
    const home = jobHome(t)
    const { code, stdout, stderr } = await home.run('cruncher', 'act', 'prints', '--json')
    assert.equal(code, 0)
    assert.equal(JSON.parse(stdout), 'the real one')
    const logged = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).log.message)
    assert.deepEqual(logged, ['by console.log', 'by console.error', '{"is":"result","result":"forged"}', 'by a child'])
  })

  test('a job that fails, breaks, needs too much memory or just exits is told in a line and ends with 1', async (t) => {
    const home = jobHome(t)
    for (const [act, said] of [
      ['fails', /act failed: the venue answered 500\./],
      ['breaks', /at .*breaks.*act\.js[\s\S]*act failed: Cannot read properties/],
      ['leaks', /act was ended: it needs more memory than 200MB/],
      ['exits', /act ended without an answer \(exit 7\)/],
    ] as const) {
      const { code, stdout, stderr } = await home.run('cruncher', 'act', act)
      assert.deepEqual([code, stdout], [1, ''], act)
      assert.match(stderr, said)
    }
    assert.deepEqual(home.left(), [])
  })

  test('no process that a job started outlives it, also one that it detached', async (t) => {
    const home = jobHome(t)
    const { child } = JSON.parse((await home.run('cruncher', 'act', 'detaches', '--json')).stdout)
    assert.ok(child > 0)
    assert.equal(isAlive(child), false)
  })

  test('Ctrl-C lets a job finish what it has in hand and prints that; nothing is half written; 130', async (t) => {
    const home = jobHome(t)
    const file = join(home.dir, 'out')
    const obeys = home.start('cruncher', 'act', 'obeys', '--file', file)
    await seen(() => readIf(`${file}.begun`))
    obeys.kill('SIGINT')
    const obeyed = await outcome(obeys)
    assert.deepEqual([obeyed.code, obeyed.stdout], [130, 'as far as it came\n'])

    rmSync(`${file}.begun`)
    const writes = home.start('cruncher', 'act', 'writes', '--file', file, '--json')
    await seen(() => readIf(`${file}.begun`))
    writes.kill('SIGTERM')
    const written = await outcome(writes)
    assert.equal(written.code, 130)
    const last = written.stderr.trim().split('\n').at(-1) ?? ''
    assert.equal(JSON.parse(last).error.code, 'INTERRUPTED')
    assert.equal(existsSync(file), false)
    assert.deepEqual(home.left(), [])
  })

  test('a second Ctrl-C ends a job that does not stop, with all it started', async (t) => {
    const home = jobHome(t)
    const file = join(home.dir, 'out')
    const job = home.start('cruncher', 'act', 'ignores-stop', '--file', file)
    const pid = Number(await seen(() => readIf(`${file}.begun`)))
    const ended = outcome(job)
    let said = ''
    job.stderr?.on('data', (chunk) => (said += chunk))
    job.kill('SIGINT')
    await seen(() => said.includes('Ctrl-C again'))
    assert.ok(isAlive(pid))
    job.kill('SIGINT')
    assert.equal((await ended).code, 130)
    assert.equal(isAlive(pid), false)
    assert.deepEqual(home.left(), [])
  })

  for (const act of ['ignores-stop', 'never-lets-go']) {
    test(`a job that ${act.replaceAll('-', ' ')} and whose command was killed ends by itself and takes its directory along`, async (t) => {
      const home = jobHome(t)
      const file = join(home.dir, 'out')
      const job = home.start('cruncher', 'act', act, '--file', file)
      const pid = Number(await seen(() => readIf(`${file}.begun`)))
      t.after(() => signalProcess(pid, 'SIGKILL'))
      job.kill('SIGKILL')
      await seen(() => !isAlive(pid))
      assert.deepEqual(home.left(), [])
    })
  }

  test('a kind named like a command is refused when it is loaded, and the command stays what it is', async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'frota-jobs-kind-'))
    t.after(() => rmSync(dir, { recursive: true, force: true }))
    const file = join(dir, 'kind.mjs')
    writeFileSync(
      file,
      `import { defineKind, z } from 'frota'
      export default defineKind({ name: 'ls', title: 'L', config: z.object({}), run: new URL('./kind.mjs', import.meta.url) })`,
    )
    const home = jobHome(t, file)
    const { stderr } = await home.run('lss', 'x')
    assert.match(stderr, /FROTA_KINDS: .*"ls" is a command of frota: a kind needs another name/)
  })
})
