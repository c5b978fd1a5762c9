import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const PROGRAM = `
export async function main(argv) {
  if (argv[0] === 'wait') {
    process.on('SIGTERM', () => process.exit(7))
    setInterval(() => undefined, 1000)
    console.log('waiting')
  } else if (argv[0] === 'die') process.kill(process.pid, 'SIGKILL')
  else if (argv[0] === 'missing') await import('not-installed')
  else {
    console.log(JSON.stringify([argv, process.versions.node]))
    process.exitCode = 5
  }
}`

let checkout = ''
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'frota-launcher-'))
  cpSync(join(ROOT, 'bin'), join(checkout, 'bin'), { recursive: true })
  writeFileSync(join(checkout, 'package.json'), '{"type":"module"}')
  writeFileSync(join(checkout, 'old.cjs'), `Object.defineProperty(process, 'versions', { value: { node: '18.0.0' } })`)
  mkdirSync(join(checkout, 'dist/src'), { recursive: true })
  writeFileSync(join(checkout, 'dist/src/main.js'), PROGRAM)
  const bin = join(checkout, `node_modules/node-linux-${process.arch}/bin`)
  mkdirSync(bin, { recursive: true })
  symlinkSync(process.execPath, join(bin, 'node'))
})
afterEach(() => rmSync(checkout, { recursive: true, force: true }))

const start = (args: string[], nodeFlags: string[] = []) =>
  spawn(process.execPath, [...nodeFlags, join(checkout, 'bin/frota'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
const onOldNode = () => ['--require', join(checkout, 'old.cjs')]

async function frota(args: string[], nodeFlags: string[] = []) {
  const child = start(args, nodeFlags)
  const [out, err, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { out, err, code, signal }
}

test('frota hands its arguments over and keeps the exit code', async () => {
  const { out, err, code } = await frota(['a', '--b=c d'])
  assert.deepEqual(JSON.parse(out)[0], ['a', '--b=c d'])
  assert.deepEqual([err, code], ['', 5])
})

test('on a Node that is too old, the one that came along runs the program', async () => {
  const { out, code } = await frota(['x'], onOldNode())
  assert.deepEqual([JSON.parse(out), code], [[['x'], process.versions.node], 5])
})

test('a signal reaches the program through the launcher, and its answer comes back', async () => {
  const child = start(['wait'], onOldNode())
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [7, null])
})

test('a program that was killed looks killed from outside', async () => {
  assert.equal((await frota(['die'], onOldNode())).signal, 'SIGKILL')
})

test('without a build, without packages or without a Node, one sentence says what to do', async () => {
  assert.match((await frota(['missing'])).err, /^frota's packages or its build are incomplete.*npm start.*\n$/)
  rmSync(join(checkout, 'dist'), { recursive: true })
  const unbuilt = await frota([])
  assert.match(unbuilt.err, /^frota is not built yet: run npm start.*\n$/)
  assert.equal(unbuilt.code, 1)
  rmSync(join(checkout, 'node_modules'), { recursive: true })
  assert.match((await frota([], onOldNode())).err, /^frota needs Node 22.15 or newer.*npm ci && npm run build\.\n$/)
})
