// A disk that is full, a journal that is damaged: told with a reason, and nobody else is touched.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LsRow } from '../../src/core/states.js'
import { isAlive } from '../../src/processes/proc.js'
import { type FleetHome, fleetHome, upWith } from '../fleet-home.js'

const mayMount = process.getuid?.() === 0 && existsSync('/bin/mount')

describe('disks', { concurrency: 2 }, () => {
  test('a session on a full disk is degraded with that reason, others are untouched, and it recovers without a loss', {
    skip: !mayMount && 'only root may mount the small disk this needs',
  }, async (t) => {
    const home = await fleetHome(t)
    const dir = smallDisk(home, 'tokens/acme/a', '1m')
    const [before, other] = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': {} })
    fillUp(join(dir, 'filler'))
    const [full] = await home.reached('degraded', 'acme/a')
    assert.match(full?.reason ?? '', /disk full/)
    assert.equal((await home.row('acme/b'))?.state, 'ready')
    rmSync(join(dir, 'filler'))
    const [after] = await home.reached('ready', 'acme/a')
    assert.deepEqual([after?.pid, (await home.row('acme/b'))?.pid], [before?.pid, other?.pid])
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test("sessions work on while the supervisor's own disk is full, and all they saw arrives when there is space again", {
    skip: !mayMount && 'only root may mount the small disk this needs',
  }, async (t) => {
    const home = await fleetHome(t)
    const dir = smallDisk(home, 'data', '8m')
    const [a, b] = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': { everyMs: 5 } })
    fillUp(join(dir, 'filler'))
    home.kill(a?.pid)
    await home.until('another copy', () => home.witness.copies('acme/a') === 2)
    await home.until('the word about it', () => /the ledger is not written/.test(home.logText('supervisor.jsonl')))
    await sleep(3_000)
    rmSync(join(dir, 'filler'))
    const [, after] = await home.reached('ready', 'acme/a', 'acme/b')
    assert.equal(after?.pid, b?.pid)
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
    await home.until('its end in the history', () => home.events('session.ended', 'acme/a').length === 1)
  })

  test('with the fleet down and the disk full one can still look, and what must be written says why it cannot', {
    skip: !mayMount && 'only root may mount the small disk this needs',
  }, async (t) => {
    const home = await fleetHome(t)
    const dir = smallDisk(home, 'data', '8m')
    await upWith(home, { 'acme/a': {} })
    const look = async () => {
      assert.equal((await home.json<LsRow[]>('ls'))[0]?.session, 'acme/a')
      assert.equal((await home.status()).sessions.total, 1)
    }
    // Until there are none: while one after the other is killed, the keeper still begins to wait.
    for (let left = home.processes(); left.length > 0; left = home.processes()) {
      for (const { pid } of left) if (isAlive(pid)) home.kill(pid)
    }
    fillUp(join(dir, 'filler'))
    await look() // with the log that a crash left
    rmSync(join(dir, 'filler'))
    await home.frota('down')
    await home.frota('ls')
    fillUp(join(dir, 'filler'))
    await look()
    const { code, stderr } = await home.run('tenant', 'add', 'beta')
    rmSync(join(dir, 'filler'))
    assert.equal(code, 1)
    assert.match(stderr, /^frota: .*the disk is full; free some space.*\n$/)
  })

  test('a corrupt journal fails its session with a clear reason, keeps the file, and touches no other session', async (t) => {
    const home = await fleetHome(t)
    const [, other] = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': {} })
    await home.frota('stop', 'acme/a', '--wait')
    const journal = join(home.dir, 'tokens/acme/a/journal.db')
    const garbage = Buffer.alloc(20_000, 'not a database ')
    writeFileSync(journal, garbage)
    const start = await home.run('start', 'acme/a', '--wait')
    assert.equal(start.code, 1)
    assert.match(
      start.stderr,
      /journal corrupt: .*; put \S+journal\.db back from a backup, or begin a new one: frota recover/,
    )
    const [failed] = await home.reached('failed', 'acme/a')
    assert.match(failed?.reason ?? '', /journal corrupt/)
    assert.deepEqual(readFileSync(journal), garbage)
    assert.equal((await home.row('acme/b'))?.pid, other?.pid)
    const { setAside } = await home.json<{ setAside: string }>('recover', 'acme/a', '--yes')
    assert.deepEqual(readFileSync(setAside), garbage)
    await home.reached('ready', 'acme/a')
  })
})

/** A place of the home's on a disk of its own, until the test ends. */
function smallDisk(home: FleetHome, place: string, size: string): string {
  const dir = join(home.dir, place)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', dir])
  home.atEnd(() => execFileSync('/bin/umount', ['-l', dir]))
  return dir
}

function fillUp(file: string): void {
  const fd = openSync(file, 'w')
  try {
    for (;;) writeSync(fd, Buffer.alloc(4_096))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(fd)
  }
}
