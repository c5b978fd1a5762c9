import { once } from 'node:events'
import { connect } from 'node:net'

/** Stands before the witness for as long as this process lives. */
export async function stand(socket, session, log) {
  const line = connect(socket)
  await once(line, 'connect')
  line.on('error', (error) => log.warn(`the witness is gone: ${error.message}`))
  line.write(`${JSON.stringify({ session, pid: process.pid })}\n`)
}
