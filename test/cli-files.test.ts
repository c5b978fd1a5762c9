// Files in configs and job inputs through the real command: what goes in, where it lies, what the kind reads, what is left.
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { execute, type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'

const KINDS = ['reader', 'cruncher'].map((kind) => join(ROOT, 'test/kinds', kind, 'kind.js')).join()

async function aHome(t: TestContext) {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS })
  const cwd = join(home.dir, 'typed-here')
  mkdirSync(cwd)
  await home.frota('tenant', 'add', 'acme')
  const dir = join(home.paths.tokens, 'acme/r/config-files')
  return {
    home,
    cwd,
    dir,
    put: (name: string, text: string) => writeFileSync(join(cwd, name), text),
    /** Typed in its own directory: paths are from there. */
    here: (...args: string[]) => execute(NODE, [join(ROOT, 'bin/frota'), ...args], home.env, cwd),
    kept: () =>
      existsSync(dir)
        ? readdirSync(dir)
            .map((name) => readFileSync(join(dir, name), 'utf8'))
            .sort()
        : [],
    /** As if they had been set long ago. */
    age() {
      for (const name of readdirSync(dir)) utimesSync(join(dir, name), 1, 1)
    },
  }
}

const stored = (home: FleetHome) =>
  home.json<{ text?: { name: string; sha256: string; bytes: number } }>('config', 'acme/r')

describe('files', { concurrency: true }, () => {
  test('a config’s file is given as a path, kept in the session’s directory, and read there by the kind', async (t) => {
    const { home, put, here, kept, age, dir } = await aHome(t)
    put('one.md', 'Be kind.')
    assert.equal((await here('add', 'acme/r', '--kind', 'reader', '--set', 'text=./one.md')).code, 0)
    assert.deepEqual(kept(), ['Be kind.'])
    const { text } = await stored(home)
    assert.deepEqual([text?.name, text?.bytes, Object.keys(text ?? {}).length], ['one.md', 8, 3])
    assert.equal((await here('config', 'acme/r')).stdout, 'text=one.md (8 bytes)\nlive=false   (default)\n')
    assert.deepEqual([statSync(dir).mode & 0o777, statSync(join(dir, text?.sha256 ?? '')).mode & 0o777], [0o700, 0o600])
    put('one.md', 'changed where it came from')

    await home.frota('start', 'acme/r', '--wait')
    const read = await home.command('acme/r', 'read')
    assert.deepEqual([read.text, read.mode], ['Be kind.', 0o600])
    assert.deepEqual(read.file, { ...text, path: join(dir, text?.sha256 ?? '') })
    assert.match((await here('check', 'acme/r')).stdout, /ok +text +Be kind\./)

    age()
    put('two.md', 'Be brief.')
    assert.equal((await here('config', 'set', 'acme/r', 'text=two.md')).code, 0)
    await home.until('the new text', async () => (await home.row('acme/r'))?.detail.text === 'Be brief.')
    assert.deepEqual(kept(), ['Be brief.', 'Be kind.']) // it ran, and could still have read the one before
    age()
    const before = await home.row('acme/r')
    assert.equal((await here('config', 'set', 'acme/r', 'live=true')).code, 0)
    assert.deepEqual(kept(), ['Be brief.'])

    const { pid } = await home.until('that it takes a new one live', async () => {
      const row = await home.row('acme/r')
      return row?.state === 'ready' && !row.outdated && row.pid !== before?.pid ? row : undefined
    })
    put('three.md', 'Be bold.')
    assert.equal((await here('config', 'set', 'acme/r', 'text=three.md')).code, 0)
    await home.until('it live', async () => (await home.command('acme/r', 'read')).text === 'Be bold.')
    assert.equal((await home.row('acme/r'))?.pid, pid)

    await home.frota('rm', 'acme/r', '--yes')
    assert.equal(existsSync(dir), false)
  })

  test('with the fleet down it is the same, also from a JSON file, and what nothing refers to goes', async (t) => {
    const { home, put, here, kept, age } = await aHome(t)
    put('one.md', 'one')
    put('two.md', 'two')
    put('config.json', JSON.stringify({ text: 'two.md', live: true }))
    assert.equal((await here('add', 'acme/r', '--kind', 'reader', '--set', 'text=one.md')).code, 0)
    age()
    assert.equal((await here('config', 'set', 'acme/r', '--config', 'config.json')).code, 0)
    assert.deepEqual(kept(), ['two'])
    const shown = await stored(home)
    put('shown.json', JSON.stringify(shown))
    assert.equal((await here('config', 'set', 'acme/r', '--config', 'shown.json')).code, 0)
    assert.deepEqual(await stored(home), shown)
    age()
    assert.equal((await here('config', 'unset', 'acme/r', 'text')).code, 0)
    assert.deepEqual(kept(), [])
    const gone = await here('config', 'set', 'acme/r', '--config', 'shown.json')
    assert.equal(gone.code, 2)
    assert.match(gone.stderr, /text: this session has no such file/)
  })

  test('what is no file, too large or not there is refused by the field’s name, and nothing is changed', async (t) => {
    const { home, put, here, kept, cwd } = await aHome(t)
    put('large.md', 'x'.repeat(101))
    put('fits.md', 'x'.repeat(100))
    symlinkSync('/dev/zero', join(cwd, 'zero'))
    assert.equal((await here('add', 'acme/r', '--kind', 'reader', '--set', 'text=fits.md')).code, 0)
    const before = await stored(home)
    for (const [setting, said] of [
      ['text=none.md', /text: none\.md: ENOENT/],
      ['text=large.md', /text: large\.md: it is larger than/],
      ['text=.', /text: \.: it is a directory/],
      ['text=zero', /text: zero: it is not a regular file/],
      ['text=', /text: must be the path of a file/],
    ] as const) {
      const { code, stderr } = await here('config', 'set', 'acme/r', setting)
      assert.equal(code, 2, setting)
      assert.match(stderr, said)
    }
    await home.frota('up')
    const base64 = Buffer.from('x'.repeat(101)).toString('base64')
    const sha256 = 'a'.repeat(64)
    for (const [input, said] of [
      [{ files: { text: { name: 'a', base64 } } }, /text: must not be larger than 100B/],
      [{ files: { live: { name: 'a', base64 } } }, /live: is not a file/],
      [{ config: { text: '/etc/passwd' } }, /text: must be a file/],
      [{ config: { text: { name: 'passwd', bytes: 1, path: '/etc/passwd' } } }, /text: must be a file/],
      [{ config: { text: { name: 'x', bytes: 1, sha256, path: '/etc/passwd' } } }, /text: must be a file/],
      [{ config: { text: { name: 'x', bytes: 1, sha256: `../../${'a'.repeat(58)}` } } }, /text: must be a file/],
      [{ config: { text: { name: 'x', bytes: 1, sha256 } } }, /text: this session has no such file/],
    ] as const)
      await assert.rejects(home.call('sessions.configSet', { ref: 'acme/r', settings: [], ...input }), {
        message: said,
        exit: 2,
      })
    assert.deepEqual(await stored(home), before)
    assert.equal(kept().length, 1)
  })

  test('a file that is gone or was changed by hand fails the session with the reason, before its kind reads it', async (t) => {
    const { home, put, here, dir } = await aHome(t)
    put('one.md', 'one')
    await here('add', 'acme/r', '--kind', 'reader', '--set', 'text=one.md')
    const [name = ''] = readdirSync(dir)
    chmodSync(join(dir, name), 0o600)
    writeFileSync(join(dir, name), 'two')
    await home.frota('start', 'acme/r')
    const [changed] = await home.reached('failed', 'acme/r')
    assert.match(changed?.reason ?? '', /text: one\.md is not the one that was set: set it again/)
    rmSync(join(dir, name))
    assert.match((await here('check', 'acme/r')).stdout, /error .*one\.md is not in this session’s directory/)
    put('new.md', 'new')
    assert.equal((await here('config', 'set', 'acme/r', 'text=new.md')).code, 0)
    await home.frota('start', 'acme/r', '--wait')
    assert.equal((await home.command('acme/r', 'read')).text, 'new')
  })

  test('with --keep-data a file stays, and goes once the next session of that name does not name it', async (t) => {
    const { home, put, here, kept, age } = await aHome(t)
    put('one.md', 'one')
    await here('add', 'acme/r', '--kind', 'reader', '--set', 'text=one.md')
    const shown = await stored(home)
    await home.frota('rm', 'acme/r', '--keep-data', '--yes')
    assert.deepEqual(kept(), ['one'])
    await home.frota('up')
    await home.call('sessions.add', { ref: 'acme/r', kind: 'reader', config: shown })
    assert.deepEqual(await stored(home), shown)
    await home.frota('rm', 'acme/r', '--keep-data', '--yes')
    age()
    await home.frota('add', 'acme/r', '--kind', 'reader')
    assert.deepEqual(kept(), [])
  })

  test('a job reads its files where they lie, and what it cannot open is said before it begins', async (t) => {
    const { put, here, cwd } = await aHome(t)
    put('a.csv', 'a,b')
    put('large.csv', 'x'.repeat(1001))
    const { stdout, stderr } = await here(
      'cruncher',
      'tell',
      'x',
      '--data',
      './a.csv',
      '--others',
      'a.csv',
      '--others',
      'large.csv',
      '--json',
    )
    const { input } = JSON.parse(stdout || assert.fail(stderr))
    const inPlace = (name: string, bytes: number) => ({ name, bytes, path: join(cwd, name) })
    assert.deepEqual(input.data, inPlace('a.csv', 3))
    assert.deepEqual(input.others, [inPlace('a.csv', 3), inPlace('large.csv', 1001)])
    for (const [file, said] of [
      ['none.csv', /--data: none\.csv: ENOENT/],
      ['.', /--data: \.: it is not a regular file/],
      ['large.csv', /--data must not be larger than 1000B/],
    ] as const) {
      const { code, stderr } = await here('cruncher', 'tell', 'x', '--data', file)
      assert.equal(code, 2)
      assert.match(stderr, said)
    }
  })

  test('a job may be given a session by its name: what that is set to do is looked up before the job begins', async (t) => {
    const { home, put, here } = await aHome(t)
    put('one.md', 'Be kind.')
    await here('add', 'acme/r', '--kind', 'reader', '--set', 'text=./one.md', '--set', 'live=true')
    await home.frota('add', 'acme/c', '--kind', 'cruncher')
    const { stdout, stderr } = await here('cruncher', 'tell', 'x', '--like', 'acme/r', '--json')
    const { like } = JSON.parse(stdout || assert.fail(stderr)).input
    assert.deepEqual(
      [like.ref, like.kind, like.config.live, like.config.text.name],
      ['acme/r', 'reader', true, 'one.md'],
    )
    for (const [ref, code, said] of [
      ['acme/none', 3, /acme has no session "none"/],
      ['nonsense', 2, /nonsense/],
      ['acme/c', 2, /--like must be a session of the kind reader: acme\/c is of cruncher/],
    ] as const) {
      const refused = await here('cruncher', 'tell', 'x', '--like', ref)
      assert.equal(refused.code, code, refused.stderr)
      assert.match(refused.stderr, said)
    }
    const none = await here('add', 'acme/t', '--kind', 'trading')
    assert.equal(none.code, 2)
    assert.match(none.stderr, /The kind trading has no sessions: it does jobs only\. \(frota trading --help\)/)
  })
})
