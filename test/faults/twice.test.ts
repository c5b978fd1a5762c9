// Everything that could start something twice: two supervisors, two operators, a ticket used again, a port taken.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { createServer, type Server } from 'node:net'
import { describe, test } from 'node:test'
import { envOf } from '../../src/processes/proc.js'
import { type FleetHome, fleetHome, upWith } from '../fleet-home.js'

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

  test('a port that is taken, ours or the supervisor’s, is passed over, and up, status and doctor say which', async (t) => {
    const squatters = [await listen(0), await listen(0)]
    t.after(() => squatters.map((squatter) => squatter.close()))
    const [first, second] = squatters.map((squatter) => (squatter.address() as { port: number }).port)
    const home = await fleetHome(t, { BASE_PORT: String(first), PORT: String(second) })
    const [row] = await upWith(home, { 'acme/a': {} })
    assert.ok(row?.port && row.port !== first && row.port !== second)
    const health = await fetch(`http://127.0.0.1:${row.port}/health`)
    assert.equal(health.status, 200)
    assert.match(home.logText('supervisor.jsonl'), /healthz is not answered: .*EADDRINUSE/)
    const told = new RegExp(`/healthz is not answered: PORT ${second} cannot be used \\(.*EADDRINUSE`)
    const { warnings } = await home.status()
    assert.match(warnings.join('\n'), told)
    const again = await home.run('up')
    assert.deepEqual([again.code, again.stdout], [0, 'The fleet is up already.\n'])
    assert.match(again.stderr, told)
    const { findings } = JSON.parse((await home.run('doctor', '--json')).stdout) as {
      findings: { check: string; level: string; message: string }[]
    }
    const ports = findings.filter(({ check }) => check === 'ports')
    assert.deepEqual(
      ports.map(({ level }) => level),
      ['warn'],
    )
    assert.match(ports[0]?.message ?? '', told)
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
