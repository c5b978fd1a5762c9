// What may be asked by a one-time link, and by the visit that it has become. A table of its own: whatever stands in that of
// the verbs, no link can ask for it, and no account for what stands here.
import { z } from 'zod'
import { usage } from '../core/errors.js'
import { LINK_PREFIX, LINK_SECRET, VISIT_PREFIX } from '../core/one-time-links.js'
import type { Guests } from '../fleet/guests.js'
import { readInput } from './inputs.js'

/** One browser has few links open at once. */
const MAX_VISITS = 16

const act = <I extends z.ZodObject>(
  input: I,
  run: (guests: Guests, secret: string, input: z.output<I>) => Promise<object | null>,
) => ({ input, run: run as (guests: Guests, secret: string, input: unknown) => Promise<object | null> })

const secret = z.string().regex(LINK_SECRET)
const nothing = z.object({})

type Acts = Readonly<Record<string, ReturnType<typeof act>>>

/** By what the credential begins with. Another purpose's acts stand beside these, under its own name. */
export const GUEST_ACTS: Readonly<Record<string, Acts>> = {
  [LINK_PREFIX]: {
    open: act(z.object({ visits: z.array(secret).max(MAX_VISITS) }), (guests, token, { visits }) =>
      guests.open(token, visits),
    ),
  },
  [VISIT_PREFIX]: {
    'pair.about': act(nothing, (guests, visit) => guests.about(visit)),
    'pair.look': act(nothing, (guests, visit) => guests.look(visit)),
    'pair.phone': act(z.object({ phone: z.string().max(40).nullable() }), (guests, visit, { phone }) =>
      guests.setPhone(visit, phone),
    ),
  },
}

const prefixOf = (credential: string) => Object.keys(GUEST_ACTS).find((prefix) => credential.startsWith(prefix))

export const isGuests = (credential: string): boolean => prefixOf(credential) !== undefined

/** Null: nobody has it, or not any more. @throws NO_SUCH_VERB, BAD_INPUT, and what is refused */
export async function askAsGuest(
  guests: Guests,
  credential: string,
  verb: string,
  input: unknown,
): Promise<object | null> {
  const prefix = prefixOf(credential) ?? ''
  const acts = GUEST_ACTS[prefix] ?? {}
  const asked = Object.hasOwn(acts, verb) ? acts[verb] : undefined
  if (!asked) throw usage('NO_SUCH_VERB', `There is no "${verb}".`)
  const own = credential.slice(prefix.length)
  if (!LINK_SECRET.test(own)) return null
  return asked.run(guests, own, readInput(verb, asked.input, input))
}
