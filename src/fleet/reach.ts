// Whether an address that a kind names (`https://api.example.com`) can be reached. Nothing is sent but what opens a
// connection.
import { connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { messageOf } from '../core/errors.js'
import { isLoopbackHost } from '../node/addresses.js'

export interface Place {
  host: string
  port: number
  isSecure: boolean
}

const PORTS: Record<string, number> = { 'https:': 443, 'wss:': 443, 'http:': 80, 'ws:': 80 }

/** @throws for what is no address of the four schemes */
export function targetOf(address: string): Place {
  const { protocol, hostname, port } = new URL(address)
  const usual = PORTS[protocol]
  if (usual === undefined) throw new Error(`"${address}" begins with none of https, wss, http, ws`)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  // Nobody has a certificate for this machine itself.
  const isSecure = usual === 443 && !isLoopbackHost(hostname)
  return { host, port: port === '' ? usual : Number(port), isSecure }
}

/** Null when a connection could be opened. */
export function problemOf({ host, port, isSecure }: Place, withinMs: number): Promise<string | null> {
  const servername = isIP(host) === 0 ? host : undefined
  const socket = isSecure
    ? connectTls({ host, port, ...(servername !== undefined && { servername }) })
    : connect({ host, port })
  let isFound = isIP(host) !== 0
  let isConnected = false
  socket.on('lookup', () => {
    isFound = true
  })
  socket.on('connect', () => {
    isConnected = true
  })
  return new Promise((resolve) => {
    const settle = (problem: string | null) => {
      clearTimeout(timer)
      resolve(problem)
      socket.destroy()
    }
    const timer = setTimeout(() => {
      const silent = !isFound ? 'DNS did not answer' : isConnected ? 'nobody there speaks TLS' : 'no answer'
      settle(`${silent} within ${withinMs / 1000} s`)
    }, withinMs)
    socket.on(isSecure ? 'secureConnect' : 'connect', () => settle(null))
    socket.on('error', (error) => settle(messageOf(error)))
    socket.on('close', () => settle('the connection was cut'))
  })
}
