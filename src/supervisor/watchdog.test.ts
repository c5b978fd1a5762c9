import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const HUNG_MS = 2_000
const WATCHDOG = fileURLToPath(new URL('./watchdog.ts', import.meta.url))

/** A process with a watchdog; the rest of its program is `then`. */
function watched(t: TestContext, then: string): { child: ChildProcess; said(): string } {
  const code = `import { startWatchdog } from ${JSON.stringify(WATCHDOG)}; startWatchdog(${HUNG_MS}); ${then}`
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', code]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)))
  return { child, said: () => text }
}

async function until(isSo: () => boolean, said: () => string) {
  const giveUpAt = performance.now() + 60_000
  while (!isSo()) {
    if (performance.now() > giveUpAt) assert.fail(`waited in vain: ${said().slice(-2_000)}`)
    await sleep(20)
  }
}

test('a supervisor whose loop hangs is ended, and says so', async (t) => {
  const { child, said } = watched(t, 'setTimeout(() => { for (;;); }, 100)')
  const [, signal] = await once(child, 'exit', { signal: AbortSignal.timeout(60_000) })
  assert.equal(signal, 'SIGKILL')
  await until(() => /frota: the supervisor hung for 2 s and was ended/.test(said()), said)
})

test('a supervisor that was stopped or paused with its container for longer is not taken for hung', async (t) => {
  const { child, said } = watched(t, 'let n = 0; setInterval(() => console.log("turn", ++n), 100)')
  const turns = () => said().split('\n').length
  await until(() => turns() > 5, said)
  for (let i = 0; i < 2; i++) {
    child.kill('SIGSTOP')
    await sleep(1.2 * HUNG_MS)
    child.kill('SIGCONT')
    const before = turns()
    await until(() => turns() > before + 5 || child.signalCode !== null, said)
  }
  assert.equal(child.signalCode, null, said().slice(-200))
})
