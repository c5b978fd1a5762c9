// Everything that could start something twice: two supervisors, two operators, a ticket used again, a port taken.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { askHealth } from '../../src/api/health.js'
import { envOf } from '../../src/processes/proc.js'
import { type FleetHome, fleetHome, NODE, ROOT, upWith } from '../fleet-home.js'

describe('one home, one supervisor, one copy', { concurrency: 2 }, () => {
  test('a second supervisor on the same home says who holds it, and leaves', async (t) => {
    const home = await fleetHome(t)
    const [before] = await upWith(home, { 'acme/a': {} })
    const second = await home.run('serve')
    assert.equal(second.code, 1)
    assert.match(second.stderr, /already has a supervisor: frota serve in \S+ \(pid \d+ on /)
    const [after] = await home.reached('ready', 'acme/a')
    assert.equal(after?.pid, before?.pid)
  })

  test('a second supervisor that is told to wait is well meanwhile, starts nothing, and takes over when the first leaves', async (t) => {
    const home = await fleetHome(t)
    const [before] = await upWith(home, { 'acme/a': {} })
    const waiting = spawn(NODE, [join(ROOT, 'bin/frota'), 'serve', '--wait'], {
      env: home.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    home.atEnd(() => waiting.kill('SIGKILL'))
    let said = ''
    waiting.stderr.on('data', (chunk) => {
      said += chunk
    })
    await home.until('its word', () => said !== '')
    assert.match(said, /^frota: waits for the home \S+, which is held: frota serve in \S+ \(pid \d+ on /)
    const { waitsFor, ok } = await askHealth(home.paths.standbySocket)
    assert.deepEqual([ok, waitsFor?.startsWith('frota serve in ')], [true, true])
    const [same] = await home.reached('ready', 'acme/a')
    assert.equal(same?.pid, before?.pid)

    await home.frota('down')
    await home.until('the second supervisor', async () => (await home.status()).supervisor?.pid === waiting.pid)
    const [after] = await home.reached('ready', 'acme/a')
    assert.notEqual(after?.pid, before?.pid)
    assert.match(said, /"msg":"the supervisor is up"/) // whoever runs it in the foreground reads its log there
    await home.nothingLostOrDoubled('acme/a')
    waiting.kill('SIGTERM')
    const [code] = await once(waiting, 'exit')
    assert.equal(code, 0)
    assert.deepEqual(home.processes(), [])
  })

  test('a supervisor that waits and is told to stop leaves at once, and nothing of it stays', async (t) => {
    const home = await fleetHome(t)
    await home.frota('up')
    const waiting = spawn(NODE, [join(ROOT, 'bin/frota'), 'serve', '--wait'], { env: home.env, stdio: 'ignore' })
    home.atEnd(() => waiting.kill('SIGKILL'))
    await home.until('it to wait', () => askHealth(home.paths.standbySocket).catch(() => undefined))
    waiting.kill('SIGTERM')
    const [code] = await once(waiting, 'exit')
    assert.equal(code, 0)
    assert.equal(existsSync(home.paths.standbySocket), false)
    assert.ok((await home.status()).supervisor)
  })

  test('four operators at once get one PM2, one supervisor and one process a session', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': {} })
    await home.frota('down')
    const copies = home.witness.copies('acme/a')
    const words = [['up'], ['start', 'acme/a', '--wait'], ['start', '--all', '--wait'], ['up']]
    const answers = await Promise.all(words.map((args) => home.run(...args)))
    assert.deepEqual(
      answers.map(({ code, stderr }) => (code === 0 ? 'ok' : stderr)),
      ['ok', 'ok', 'ok', 'ok'],
    )
    await home.reached('ready', 'acme/a', 'acme/b')
    const commands = home.processes().map(({ command }) => command)
    assert.equal(commands.filter((command) => command.includes('God Daemon')).length, 1, commands.join('\n'))
    assert.equal(commands.filter((command) => /main\.js serve/.test(command)).length, 1, commands.join('\n'))
    assert.equal(home.witness.copies('acme/a'), copies + 1)
    await home.nothingLostOrDoubled('acme/a')
  })

  test('a ticket is good for one hello: whoever reads it in /proc gets nothing for it', async (t) => {
    const home = await fleetHome(t)
    const [row] = await upWith(home, { 'acme/a': {} })
    const ticket = envOf(row?.pid ?? 0, 'FROTA_TICKET')
    assert.ok(ticket)
    const again = await hello(home, { ticket, pid: process.pid })
    assert.equal(again.status, 409)
    assert.deepEqual(JSON.parse(again.text), { fenced: true })
    const forged = await hello(home, { ticket: `${ticket.slice(0, -4)}AAAA`, pid: process.pid })
    assert.deepEqual([forged.status, forged.text.includes('token')], [409, false])
    const [after] = await home.reached('ready', 'acme/a')
    assert.equal(after?.pid, row?.pid)
  })

  test('a port that is taken is passed over', async (t) => {
    const squatter = await listen(0)
    t.after(() => squatter.close())
    const { port: taken } = squatter.address() as { port: number }
    const home = await fleetHome(t, { BASE_PORT: String(taken) })
    const [row] = await upWith(home, { 'acme/a': {} })
    assert.ok(row?.port && row.port !== taken)
    const health = await fetch(`http://127.0.0.1:${row.port}/health`)
    assert.equal(health.status, 200)
  })
})

function hello(home: FleetHome, body: object): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: home.paths.sessionsSocket, path: '/hello', method: 'POST' }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    asked.on('error', reject)
    asked.end(JSON.stringify(body))
  })
}

function listen(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
