// Every way a session is told to stop, made into one AbortSignal.
//
//   shutdown (IPC)            the supervisor, through PM2
//   SIGTERM, SIGINT           an operator, or the host going down
//   disconnect (IPC)          the PM2 daemon died (or the kind closed the channel): nobody will ever hear of it again
//   fenced                    another copy is the live one: see session.ts

/** What `ctx.signal` aborts with. Its name is what libraries that take a signal look for. */
export class Stopping extends Error {
  override readonly name = 'AbortError'
}

export interface Stop {
  readonly signal: AbortSignal
  /** The first reason stays. */
  now(reason: string): void
}

export function listenForStop(options: { foreground: boolean }): Stop {
  const controller = new AbortController()
  const now = (reason: string) => {
    if (!controller.signal.aborted) controller.abort(new Stopping(reason))
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => now(signal))
  if (!options.foreground) {
    process.on('message', (message: unknown) => {
      if (isShutdown(message)) now('shutdown')
    })
    process.on('disconnect', () => now('its channel to PM2 was closed'))
  }
  return { signal: controller.signal, now }
}

const isShutdown = (message: unknown) =>
  message === 'shutdown' ||
  (typeof message === 'object' && message !== null && 'type' in message && message.type === 'shutdown')
