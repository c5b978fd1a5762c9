// What every command is given: the doors, and one way to print. Data goes to stdout, everything else to stderr.
import type { FleetClient, Input, Output, Verb } from '../api/verbs.js'
import { UserError } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import { asTyped } from './as-typed.js'
import type { Doors } from './doors.js'
import type { Interrupts } from './interrupt.js'
import { plainClient, writeErr, writeJson, writeOut } from './output.js'

export interface Cli {
  doors: Doors
  /** `--json`: one JSON document on stdout; nothing else is written there. */
  json: boolean
  /** May a person be asked? Never without a terminal, never with --no-input. */
  interactive: boolean
  /** `--yes`. */
  yes: boolean
  call<V extends Verb>(verb: V, ...input: Input<V> extends Record<string, never> ? [] : [Input<V>]): Promise<Output<V>>
  /** The same, with the fleet brought up first when it is down. */
  callLive<V extends Verb>(
    verb: V,
    ...input: Input<V> extends Record<string, never> ? [] : [Input<V>]
  ): Promise<Output<V>>
  /** Whether states are live: a supervisor answers. */
  isLive(): Promise<boolean>
  /** The document for scripts, or its text for people. */
  print(document: unknown, text: () => string): void
  /** Streams are JSON Lines. */
  printLine(document: unknown, text: string): void
  /** Commands in it as this operator can type them. */
  typed(text: string): string
  /** A word to the person at the terminal. */
  note(text: string): void
  /** The exit code of a command that did not throw. */
  exitWith(code: number): void
  /** From here on the command itself hears Ctrl-C and signals; before, they end the program at once. */
  ownSignals(): void
}

export interface CliOptions {
  doors: Doors
  json: boolean
  interactive: boolean
  yes: boolean
  interrupts: Interrupts
}

export function openCli({
  doors,
  interrupts,
  ...flags
}: CliOptions): Cli & { exitCode(): number; close(): Promise<void> } {
  let client: FleetClient | undefined
  /** A person reads texts from outside without their controls, a program reads them exactly. */
  const through = (door: FleetClient) => (flags.json ? door : plainClient(door, plain))
  let exitCode = 0
  /** The local door is left as soon as a supervisor answers: whoever goes on asking must not live on old heartbeats. */
  const connected = async (live: boolean) => {
    if (!client) {
      client = through(await (live ? doors.liveClient() : doors.client()))
      return client
    }
    if (client.isLive) return client
    const supervisor = live ? await doors.liveClient() : await doors.supervisor()
    if (!supervisor) return client
    await client.close()
    client = through(supervisor)
    return client
  }
  /** The next call looks again who is there. */
  const forgetIfGone = (thrown: unknown): never => {
    if (isGone(thrown)) client = undefined
    throw thrown
  }
  return {
    doors,
    ...flags,
    call: (verb, ...input) => connected(false).then((door) => door.call(verb, ...input).catch(forgetIfGone)),
    callLive: (verb, ...input) => connected(true).then((door) => door.call(verb, ...input).catch(forgetIfGone)),
    isLive: async () => (await connected(false)).isLive,
    print(document, text) {
      if (flags.json) writeJson(`${JSON.stringify(document, null, 2)}\n`)
      else writeOut(withNewline(text()))
    },
    printLine(document, text) {
      if (flags.json) writeJson(`${JSON.stringify(document)}\n`)
      else writeOut(withNewline(text))
    },
    typed: (text) => asTyped(text, doors.program()),
    note(text) {
      writeErr(withNewline(asTyped(text, doors.program())))
    },
    exitWith(code) {
      exitCode = code
    },
    ownSignals: () => interrupts.release(),
    exitCode: () => exitCode,
    close: async () => client?.close(),
  }
}

export const isGone = (thrown: unknown) => thrown instanceof UserError && thrown.code === 'SUPERVISOR_GONE'

const withNewline = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
