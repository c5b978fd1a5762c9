// Whatever a library prints becomes lines of the session's log: console, process.stdout and process.stderr.
// The real stdout is /dev/null under PM2, and the real stderr is for crashes.
import type { Writable } from 'node:stream'
import type { Level, SessionLog } from './log.js'

const { format } = process.getBuiltinModule('node:util')

const MAX_PARTIAL_CHARS = 16_000

export function takeConsoleOver(log: Pick<SessionLog, 'write'>): void {
  const print =
    (level: Level) =>
    (...parts: unknown[]) =>
      log.write(level, format(...parts))
  Object.assign(console, {
    log: print('info'),
    info: print('info'),
    debug: print('debug'),
    dir: print('info'),
    table: print('info'),
    warn: print('warn'),
    error: print('error'),
    trace: print('warn'),
  })
  replaceStream('stdout', (line) => log.write('info', line))
  replaceStream('stderr', (line) => log.write('warn', line))
  // Node's own printer writes to the real stderr.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => log.write('warn', `${warning.name}: ${warning.message}`))
}

function replaceStream(name: 'stdout' | 'stderr', write: (line: string) => void): void {
  let stream: Writable | undefined
  // Made when somebody asks: the real ones cost memory just by being looked at.
  const get = () => {
    stream ??= lineStream(write)
    return stream
  }
  Object.defineProperty(process, name, { get, configurable: true, enumerable: true })
}

function lineStream(write: (line: string) => void): Writable {
  const { Writable } = process.getBuiltinModule('node:stream')
  const { StringDecoder } = process.getBuiltinModule('node:string_decoder')
  const decoder = new StringDecoder('utf8')
  let partial = ''
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      const lines = (partial + decoder.write(chunk)).split('\n')
      // What is longer than a line of the log can be is lost there anyway. A new line begun in its midst could begin in
      // the midst of a secret, which nobody would recognise.
      partial = (lines.pop() ?? '').slice(0, MAX_PARTIAL_CHARS)
      for (const line of lines) if (line.trim() !== '') write(line.trimEnd())
      done()
    },
  })
}
