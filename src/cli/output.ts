// The one way to the operator's terminal. Whatever a command prints passes here (test/layers.test.ts keeps it so), and
// nothing but line breaks and colours gets through.
import type { FleetClient, Output } from '../api/verbs.js'
import { UserError } from '../core/errors.js'
import { drawable, drawableJson, plainLines, plainValue } from '../core/plain-text.js'

/** Data, for people. */
export const writeOut = (text: string): void => void process.stdout.write(drawable(text))
/** Data, for programs. */
export const writeJson = (json: string): void => void process.stdout.write(drawableJson(json))
/** Words beside the data, errors, questions. */
export const writeErr = (text: string): void => void process.stderr.write(plainLines(text))
export const writeErrJson = (json: string): void => void process.stderr.write(drawableJson(json))
/** Our own control of the screen. Text that came from anywhere has no place here. */
export const steer = (codes: string): void => void process.stdout.write(codes)
/** The same beside the data: for a line that is drawn over and over. */
export const steerErr = (codes: string): void => void process.stderr.write(codes)

/**
 * A client whose answers may be printed as they are: commands cannot forget what they need not do. Errors are cleaned
 * as well. `--json` asks the client itself, because its documents are exact.
 */
export function plainClient(client: FleetClient, clean: (text: string) => string): FleetClient {
  return {
    isLive: client.isLive,
    call: async (verb, ...input) => {
      try {
        const answer: Output<typeof verb> = await client.call(verb, ...input)
        return plainValue(answer, clean)
      } catch (thrown) {
        if (!(thrown instanceof UserError)) throw thrown
        throw new UserError(thrown.code, clean(thrown.message), clean(thrown.hint), thrown.exit)
      }
    },
    close: () => client.close(),
  }
}
