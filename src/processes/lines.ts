// What a process prints, line by line.
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Resolves at the end of the stream. A longer line is cut into pieces of about this many characters. */
export function lineSplitter(stream: Readable | null, longest: number, take: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8')
  // Pieces of the line that has not ended yet: put together once, however many reads a large result takes.
  let pieces: string[] = []
  let length = 0
  const flush = (rest: string) => {
    const line = pieces.join('') + rest
    pieces = []
    length = 0
    take(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
  stream?.on('data', (chunk: Buffer) => {
    const [first = '', ...more] = decoder.write(chunk).split('\n')
    const last = more.pop()
    if (last === undefined) return keep(first)
    flush(first)
    for (const line of more) flush(line)
    keep(last)
  })
  function keep(piece: string) {
    if (piece === '') return
    pieces.push(piece)
    length += piece.length
    if (length > longest) flush('')
  }
  return new Promise((resolve) => {
    if (!stream) return resolve()
    stream.once('close', () => {
      if (length > 0) flush('')
      resolve()
    })
  })
}
