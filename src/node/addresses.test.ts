import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopbackHost, isPrivateHost } from './addresses.js'

const hostOf = (host: string) => new URL(`http://${host}/`).hostname

const LOOPBACK = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  '127.0.0.1',
  '127.0.0.1.',
  '127.255.1.2',
  '127.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  'localhost@127.0.0.1',
]
const PRIVATE = [
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.1.1',
  '[fe80::1]',
  '[fd00::1]',
  '[::ffff:10.0.0.1]',
  'kong',
  'supabase_kong',
  'db.internal',
  'nas.local',
  'a.localhost',
]
const PUBLIC = [
  '10.evil.example',
  '127.evil.example',
  '127.0.0.1.evil.example',
  '192.168.evil.example',
  'localhost.evil.example',
  'evil.example.',
  '10.evil.example.',
  'evil-localhost.example',
  '127.0.0.1@evil.example',
  'localhost:80@evil.example',
  '0.0.0.0',
  '[::]',
  '172.32.0.1',
  '11.0.0.1',
  '[2001:db8::1]',
  '[::ffff:8.8.8.8]',
  'internal.example',
  'ai.',
]

test('an address is this machine’s, a private network’s or anybody’s by what it is, never by how it begins', () => {
  for (const host of LOOPBACK)
    assert.deepEqual([isLoopbackHost(hostOf(host)), isPrivateHost(hostOf(host))], [true, true], host)
  for (const host of PRIVATE)
    assert.deepEqual([isLoopbackHost(hostOf(host)), isPrivateHost(hostOf(host))], [false, true], host)
  for (const host of PUBLIC)
    assert.deepEqual([isLoopbackHost(hostOf(host)), isPrivateHost(hostOf(host))], [false, false], host)
})
