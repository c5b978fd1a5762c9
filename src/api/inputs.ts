// What each verb's input looks like: whoever speaks to the socket by hand hears which field is wrong, and no complaint
// of Node's own that quotes a value. What the values mean is checked by the verbs.
import { usage } from '../core/errors.js'
import type { Verb } from './verbs.js'

type Type = 'text' | 'texts' | 'number' | 'flag' | 'object' | 'text or null'
/** A name with `?` may be left out. */
type Shape = Record<string, Type>

const NOTHING: Shape = {}
const REF: Shape = { ref: 'text' }
const SLUG: Shape = { slug: 'text' }
const TARGETS: Shape = { refs: 'texts', 'all?': 'flag' }

const SHAPES: Record<Verb, Shape> = {
  'tenants.add': { ...SLUG, 'name?': 'text', 'plan?': 'text' },
  'tenants.list': NOTHING,
  'tenants.show': SLUG,
  'tenants.rename': { ...SLUG, name: 'text' },
  'tenants.wouldStop': { ...SLUG, 'plan?': 'text', 'expiresAt?': 'text or null', 'status?': 'text' },
  'tenants.setPlan': { ...SLUG, plan: 'text', 'expiresAt?': 'text or null' },
  'tenants.setStatus': { ...SLUG, status: 'text' },
  'tenants.remove': SLUG,
  'plans.list': NOTHING,
  'plans.show': SLUG,
  'plans.wouldStop': { ...SLUG, settings: 'texts' },
  'plans.set': { ...SLUG, settings: 'texts' },
  'kinds.list': NOTHING,
  'kinds.show': { name: 'text' },
  'sessions.add': { ...REF, kind: 'text', 'name?': 'text', 'settings?': 'texts', 'config?': 'object' },
  'sessions.list': { 'tenant?': 'text', 'kind?': 'text', 'state?': 'text' },
  'sessions.show': REF,
  'sessions.rename': { ...REF, name: 'text' },
  'sessions.start': TARGETS,
  'sessions.stop': TARGETS,
  'sessions.restart': TARGETS,
  'sessions.resolve': TARGETS,
  'sessions.remove': { ...REF, 'keepData?': 'flag' },
  'sessions.recover': REF,
  'sessions.config': REF,
  'sessions.configSet': { ...REF, settings: 'texts', 'config?': 'object', 'unset?': 'texts' },
  'sessions.configUnset': { ...REF, keys: 'texts' },
  'sessions.command': { ...REF, command: 'text', 'settings?': 'texts', 'input?': 'object' },
  'secrets.set': { scope: 'text', name: 'text', value: 'text' },
  'secrets.list': { scope: 'text' },
  'secrets.remove': { scope: 'text', name: 'text' },
  'history.events': { ...TARGETS, 'type?': 'text', 'since?': 'text', 'limit?': 'number', 'cursor?': 'text' },
  'history.logs': { ...TARGETS, 'tail?': 'number', 'since?': 'text', 'grep?': 'text', 'cursor?': 'text' },
  'notify.set': { channel: 'text', settings: 'object', secret: 'text or null' },
  'notify.list': NOTHING,
  'notify.remove': { channel: 'text' },
  'host.status': NOTHING,
  'host.down': NOTHING,
  'host.resume': NOTHING,
  'host.clean': { dryRun: 'flag' },
  'host.wake': NOTHING,
  'host.testAlerts': NOTHING,
}

/** @throws BAD_INPUT, naming the field, never its value */
export function throwIfMisshapen(verb: Verb, input: object): void {
  const given = new Map<string, unknown>(Object.entries(input))
  for (const [name, type] of Object.entries(SHAPES[verb])) {
    const field = name.replace(/\?$/, '')
    const value = given.get(field)
    const ok = value === undefined ? field !== name : FITS[type](value)
    if (!ok) throw usage('BAD_INPUT', `${verb}: ${field} must be ${WORDS[type]}.`)
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown) => typeof value === 'string'

const FITS: Record<Type, (value: unknown) => boolean> = {
  text: isText,
  texts: (value) => Array.isArray(value) && value.every(isText),
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  object: isObject,
  'text or null': (value) => value === null || isText(value),
}

const WORDS: Record<Type, string> = {
  text: 'a text',
  texts: 'a list of texts',
  number: 'a number',
  flag: 'true or false',
  object: 'an object',
  'text or null': 'a text or null',
}
