// For an operator who watches one session with `frota run`: the log's lines, readable.

export function echoTo(write: (text: string) => void): (line: string) => void {
  return (line) => {
    const { at, level, session: _session, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
    const more = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''
    write(`${String(at).slice(11, 19)} ${String(level).padEnd(5)} ${msg}${more}\n`)
  }
}
