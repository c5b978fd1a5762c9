import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { readBody } from './bodies.js'

test('a body is read up to a size, and one that is too long can still be answered', async (t) => {
  const server = createServer((incoming, response) => {
    readBody(incoming, 5).then(
      (body) => response.writeHead(body ? 200 : 413).end(body),
      () => response.destroy(),
    )
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const post = (text: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', method: 'POST', agent: false }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      asked.on('error', reject)
      asked.end(text)
    })
  assert.deepEqual(
    await Promise.all([post(''), post('12345'), post('123456'), post('x'.repeat(300_000))]),
    [200, 200, 413, 413],
  )
})

test('a body whose sender breaks off is an error, not a short body', async (t) => {
  const outcome = Promise.withResolvers<string>()
  const server = createServer((incoming) => {
    readBody(incoming, 100).then(
      (body) => outcome.resolve(`read ${body}`),
      () => outcome.resolve('broken off'),
    )
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy())
  assert.equal(await outcome.promise, 'broken off')
})
