// Questions over HTTP to a Unix socket at whose other end is a server of our own: it always says how long its answer is.
// Node's own client costs a session 7 ms of CPU for its first question and 0.8 ms for each later one (agent, names and
// addresses, streams); this one 2.5 and 0.15, a hundred times on a host.
import type { Socket } from 'node:net'

const net = process.getBuiltinModule('node:net')

const MAX_HEAD_BYTES = 64 * 1024
/** The supervisor closes what was not used for 60 s: asked in that moment, nobody could tell whether it had heard. */
const REUSE_WITHIN_MS = 30_000

export interface UnixAnswer {
  status: number
  body: Buffer
}

export interface UnixClient {
  /** Rejects when there was no whole answer in time, when it is larger than allowed, and when it is not HTTP. */
  post(path: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<UnixAnswer>
  /** What is being asked is rejected. */
  close(): void
}

export interface UnixClientLimits {
  /** Questions at once; the others wait for their turn. */
  maxConnections: number
  maxAnswerBytes: number
  /** A connection that was not used for longer is closed. */
  reuseWithinMs?: number
}

interface Question {
  /** With its body. */
  request: Buffer
  settle(answer: UnixAnswer | Error): void
}

interface Connection {
  socket: Socket
  /** Null between two questions. */
  asked: Question | null
  got: Buffer
  /** When it had its last answer. */
  answeredAtMs: number
}

/** Connections are kept for the next question and hold up no exit of the process meanwhile. */
export function openUnixClient(
  socketPath: string,
  { maxConnections, maxAnswerBytes, reuseWithinMs = REUSE_WITHIN_MS }: UnixClientLimits,
): UnixClient {
  const connections = new Set<Connection>()
  const waiting: Question[] = []
  return { post, close }

  function post(path: string, headers: Record<string, string>, body: string, timeoutMs: number) {
    return new Promise<UnixAnswer>((resolve, reject) => {
      const question: Question = {
        request: requestOf(path, headers, body),
        settle(answer) {
          clearTimeout(timer)
          if (answer instanceof Error) reject(answer)
          else resolve(answer)
        },
      }
      const timer = setTimeout(() => giveUp(question, new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
      waiting.push(question)
      askNext()
    })
  }

  function close() {
    const over = new Error('the connection was closed')
    for (const question of waiting.splice(0)) question.settle(over)
    for (const connection of connections) end(connection, over)
  }

  function askNext() {
    if (waiting.length === 0) return
    closeOld()
    const idle = [...connections].find(({ asked }) => asked === null)
    if (!idle && connections.size >= maxConnections) return
    const connection = idle ?? connect()
    const question = waiting.shift()
    if (!question) return
    connection.asked = question
    connection.socket.ref()
    connection.socket.write(question.request)
  }

  function closeOld() {
    const before = monotonicMs() - reuseWithinMs
    for (const connection of connections) {
      if (connection.asked !== null || connection.answeredAtMs >= before) continue
      connections.delete(connection)
      connection.socket.destroy()
    }
  }

  function connect(): Connection {
    const socket = net.connect(socketPath)
    const connection: Connection = { socket, asked: null, got: NOTHING, answeredAtMs: Number.POSITIVE_INFINITY }
    connections.add(connection)
    socket.on('data', (data: Buffer) => take(connection, data))
    socket.on('error', (error) => end(connection, error))
    socket.on('close', () => end(connection, new Error('the connection was closed')))
    return connection
  }

  function take(connection: Connection, data: Buffer) {
    if (!connection.asked) return end(connection, new Error('an answer that nobody asked for'))
    connection.got = connection.got.length === 0 ? data : Buffer.concat([connection.got, data])
    const read = readAnswer(connection.got, maxAnswerBytes)
    if (read instanceof Error) return end(connection, read)
    if (!read) return
    const { asked } = connection
    connection.asked = null
    connection.got = NOTHING
    connection.answeredAtMs = monotonicMs()
    connection.socket.unref()
    if (read.isLast) end(connection, new Error('the connection was closed'))
    asked.settle(read)
    askNext()
  }

  /** What was not answered is rejected; never a second time: others may have the next question by now. */
  function end(connection: Connection, why: Error) {
    if (!connections.delete(connection)) return
    connection.socket.destroy()
    connection.asked?.settle(why)
    askNext()
  }

  function giveUp(question: Question, why: Error) {
    const at = waiting.indexOf(question)
    if (at >= 0) waiting.splice(at, 1)
    for (const connection of connections) if (connection.asked === question) end(connection, why)
    question.settle(why)
  }
}

/** Not `performance`: that loads nine modules in every session. */
const monotonicMs = () => process.uptime() * 1000

const NOTHING = Buffer.alloc(0)
const HEAD_END = '\r\n\r\n'

function requestOf(path: string, headers: Record<string, string>, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = Buffer.byteLength(body)
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}content-length: ${length}${HEAD_END}${body}`,
  )
}

/** Undefined while some of it is still to come. */
function readAnswer(got: Buffer, maxBytes: number): (UnixAnswer & { isLast: boolean }) | Error | undefined {
  const headEnd = got.indexOf(HEAD_END)
  if (headEnd < 0) return got.length > MAX_HEAD_BYTES ? new Error('the answer has no end of its head') : undefined
  const head = got.toString('latin1', 0, headEnd)
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |\r\n|$)/.exec(head)?.[1])
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1])
  if (Number.isNaN(status)) return new Error('the answer is not HTTP')
  if (Number.isNaN(length)) return new Error(`answered ${status} without saying how long the answer is`)
  if (length > maxBytes) return new Error('the answer is too large')
  const from = headEnd + HEAD_END.length
  if (got.length < from + length) return undefined
  const isLast = got.length > from + length || /\r\nconnection: *close/i.test(head)
  return { status, body: got.subarray(from, from + length), isLast }
}
