// Any user of the host can connect to a port on 127.0.0.1. There is room for so many connections, and a new caller always
// finds some: whoever has been connected for longest without being at work is closed for it.
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export interface Connections {
  /** While `work` goes on, this connection is not closed for another's sake. Only for callers who have shown who they are. */
  keep<T>(socket: Socket, work: () => Promise<T>): Promise<T>
}

export function limitConnections(server: Server, limit: number): Connections {
  /** Oldest first, as a Set keeps its order. */
  const open = new Set<Socket>()
  /** How many works each has: requests may be sent one behind the other. */
  const atWork = new Map<Socket, number>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    if (open.size > limit) close([...open].find((one) => !atWork.has(one)) ?? socket)
  })
  function close(socket: Socket) {
    open.delete(socket) // now: its own word comes later, and the next caller must not find it again
    socket.destroy()
  }
  return {
    async keep(socket, work) {
      atWork.set(socket, (atWork.get(socket) ?? 0) + 1)
      try {
        return await work()
      } finally {
        const left = (atWork.get(socket) ?? 1) - 1
        if (left > 0) atWork.set(socket, left)
        else atWork.delete(socket)
      }
    },
  }
}
