import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'

const INTERRUPT = new URL('./interrupt.js', import.meta.url).href

/** How a program ends that runs this with `interrupts` at hand. */
function ended(code: string): Promise<{ code: unknown; signal: unknown }> {
  const whole = `const { endOnSignals } = await import(${JSON.stringify(INTERRUPT)})
    const interrupts = endOnSignals()
    const tell = (signal) => process.kill(process.pid, signal)
    ${code}
    setTimeout(() => process.exit(7), 20_000)`
  const args = [...process.execArgv, '--input-type=module', '--eval', whole]
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error) =>
      resolve({ code: error ? error.code : 0, signal: error?.signal ?? null }),
    )
  })
}

test('a signal ends a command with what a shell expects of it', async () => {
  assert.deepEqual(await ended(`tell('SIGTERM')`), { code: 143, signal: null })
})

test('a signal that came just before a command listens itself is not lost', async () => {
  assert.deepEqual(await ended(`tell('SIGTERM'); interrupts.release()`), { code: null, signal: 'SIGTERM' })
})

test('a command that listens itself decides, whenever the signal came', async () => {
  const own = `interrupts.release(); process.once('SIGTERM', () => process.exit(5))`
  assert.deepEqual(await ended(`tell('SIGTERM'); ${own}`), { code: 5, signal: null })
  assert.deepEqual(await ended(`${own}; tell('SIGTERM')`), { code: 5, signal: null })
})
