import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressSet } from '../../node/address-set.js'
import { callerOf, limitedAs } from './caller.js'

const PROXIES = addressSet(['10.0.0.0/8', '::1'])
const PEER = '10.0.0.1'
const from = (headers: Record<string, string>, peer = PEER) => {
  const { address, isSecure } = callerOf(peer, headers, PROXIES)
  return `${address}${isSecure ? ' secure' : ''}`
}

test('what somebody writes who is no trusted proxy is not believed', () => {
  const lies = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https', forwarded: 'for=192.0.2.1' }
  assert.equal(from(lies, '203.0.113.9'), '203.0.113.9')
  assert.equal(from(lies, '::ffff:203.0.113.9'), '203.0.113.9')
  assert.equal(from(lies, ''), '')
  assert.equal(from({}), PEER)
})

test('the rightmost address that is no proxy’s is the caller, whatever stands left of it', () => {
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1' }), '192.0.2.1')
  assert.equal(from({ 'x-forwarded-for': '198.51.100.7, 192.0.2.1' }), '192.0.2.1')
  assert.equal(from({ 'x-forwarded-for': '198.51.100.7,192.0.2.1 ,10.9.9.9' }), '192.0.2.1')
  assert.equal(from({ 'x-forwarded-for': '10.1.1.1, 10.9.9.9' }), '10.1.1.1', 'proxies alone: the first of them')
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1, unknown' }), PEER, 'what cannot be read ends the chain')
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1, unknown, 10.9.9.9' }), '10.9.9.9')
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1:4711' }), '192.0.2.1')
  assert.equal(from({ 'x-forwarded-for': '[2001:db8::1]:4711' }, '::1'), '2001:db8::1')
  assert.equal(from({ 'x-forwarded-for': '::ffff:192.0.2.1' }), '192.0.2.1')
})

test('whether it came over TLS is said by the proxy that was called', () => {
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }), '192.0.2.1 secure')
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' }), '192.0.2.1')
  const two = '198.51.100.7, 192.0.2.1'
  assert.equal(from({ 'x-forwarded-for': two, 'x-forwarded-proto': 'https, http' }), '192.0.2.1')
  assert.equal(from({ 'x-forwarded-for': two, 'x-forwarded-proto': 'http, https' }), '192.0.2.1 secure')
  assert.equal(from({ 'x-forwarded-proto': 'https' }), PEER)
})

test('Forwarded is read as well, and when the two name different callers neither is believed', () => {
  assert.equal(from({ forwarded: 'for=192.0.2.60;proto=https;by=203.0.113.43' }), '192.0.2.60 secure')
  assert.equal(from({ forwarded: 'For="[2001:db8:cafe::17]:4711"' }), '2001:db8:cafe::17')
  assert.equal(from({ forwarded: 'for=198.51.100.7, for=192.0.2.1, for=10.9.9.9;proto=http' }), '192.0.2.1')
  assert.equal(from({ forwarded: 'for=_hidden' }), PEER)
  assert.equal(from({ forwarded: 'nonsense' }), PEER)
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1', forwarded: 'for=192.0.2.1;proto=https' }), '192.0.2.1')
  assert.equal(from({ 'x-forwarded-for': '192.0.2.1', forwarded: 'for=198.51.100.7' }), PEER)
})

test('limits are held against an address, of IPv6 against its network', () => {
  assert.equal(limitedAs('192.0.2.1'), '192.0.2.1')
  const network = limitedAs('2001:db8:1:2:3:4:5:6')
  assert.equal(network, '2001:db8:1:2')
  for (const same of ['2001:db8:1:2::', '2001:0DB8:0001:0002::9', '2001:db8:1:2:ffff::1']) {
    assert.equal(limitedAs(same), network)
  }
  assert.equal(limitedAs('::1'), '0:0:0:0')
  assert.equal(limitedAs('fe80::1%eth0'), 'fe80:0:0:0')
  assert.notEqual(limitedAs('2001:db8:1:3::'), network)
})
