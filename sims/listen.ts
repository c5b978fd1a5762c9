// A sim's HTTP server: answers its own mistakes, and ends with all its connections.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { answer } from './json-http.js'

/** A mistake of ours is an answer 500 and a line on stderr, never the end of the sim. */
export function reporting(name: string, handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  return (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      console.error(`${name} sim: ${request.method} ${request.url} failed`, error)
      if (response.headersSent) response.destroy()
      else answer(response, 500, { error: String(error) })
    })
  }
}

export interface Listening {
  port: number
  close(): Promise<void>
}

export function listen(server: Server, port: number, host: string): Promise<Listening> {
  // By hand: Node forgets connections that are still shaking hands, and would wait for the streams they ask for next.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const close = () =>
    new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()))
      for (const socket of sockets) socket.destroy()
    })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve({ port: (server.address() as AddressInfo).port, close })
    })
  })
}
