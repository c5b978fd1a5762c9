// The page behind a one-time link, whole but for processes: gateway, credentials, guests and links are the real ones, over a
// session that a test answers for.
import type { TestContext } from 'node:test'
import { answerCalls } from '../src/api/credentials.js'
import { operatorAt } from '../src/core/actors.js'
import type { SessionId } from '../src/core/ids.js'
import type { Json, JsonObject } from '../src/core/json.js'
import type { Live } from '../src/core/live.js'
import type { CallAnswer } from '../src/core/protocol.js'
import type { StateName } from '../src/core/states.js'
import { createFleet } from '../src/fleet/fleet.js'
import type { FleetParts } from '../src/fleet/parts.js'
import type { Kind } from '../src/kinds/kind.js'
import { whatsapp } from '../src/kinds/whatsapp/kind.js'
import type { Door } from '../src/services/gateway/door.js'
import { openPairDoor } from '../src/services/gateway/pair/door.js'
import type { KeptLink } from '../src/supervisor/link-book.js'
import { openOneTimeLinks } from '../src/supervisor/one-time-links.js'
import { aFleet } from './a-fleet.js'
import { aGateway } from './a-gateway.js'
import { aSession } from './a-unit.js'

export const REF = 'acme/vendas'

export type APairPage = Awaited<ReturnType<typeof aPairPage>>

/** What the session says, and what the house is like: changed by a test as it goes. */
interface World {
  state: StateName
  /** Of the command `pair`. */
  answer: JsonObject
  isSupervisorAway: boolean
  nowMs: number
}

export async function aPairPage(
  t: Pick<TestContext, 'after'>,
  { trusted = [] as string[], publicUrl = null as string | null, more = [] as Door[] } = {},
) {
  const fleet = await aFleet(t, [whatsapp as unknown as Kind])
  const { store, acme } = fleet.parts
  await store.changeTenant(acme, { name: 'Padaria São João' })
  for (const name of ['vendas', 'suporte'])
    await store.tenant(acme).addSession(aSession(name, { kind: 'whatsapp', displayName: 'Atendimento' }), null)
  const world: World = { state: 'pairing', answer: { paired: false }, isSupervisorAway: false, nowMs: Date.now() }
  const book = new Map<string, KeptLink>()
  const keeping = {
    all: () => [...book.values()],
    save: (link: KeptLink) => void book.set(link.mark, link),
    drop: (mark: string) => void book.delete(mark),
  }
  const now = () => new Date(world.nowMs)
  const asked: [session: string, input: JsonObject][] = []
  const live = {
    links: openOneTimeLinks(keeping, now),
    sessions: () => new Map(['vendas', 'suporte'].map((name) => [`id-${name}` as SessionId, { state: world.state }])),
    command: async (id: SessionId, _name: string, input: JsonObject): Promise<Json> => {
      asked.push([id, input])
      return world.answer
    },
    wake: async () => undefined,
  } as unknown as Live
  const parts: FleetParts = { ...fleet.fleetParts, live, now }
  const fleets = createFleet(parts)
  const bugs: unknown[] = []
  const answer = answerCalls(fleets, [], (thrown) => bugs.push(thrown))
  const away: CallAnswer = { status: 503, body: {} }
  const calls: { credential: string; verb: string }[] = []
  const door = openPairDoor({
    call: async (given) => {
      calls.push(given)
      return world.isSupervisorAway ? away : answer(given)
    },
    publicUrl,
  })
  const gateway = await aGateway(t, { trusted, further: [...more, door] })
  parts.settings.publicUrl = gateway.url
  const operator = fleets.as(operatorAt('cli'))
  return {
    ...gateway,
    world,
    book,
    bugs,
    /** What the gateway has asked the supervisor. */
    calls,
    /** What the session was asked to do. */
    asked,
    live,
    fleets,
    parts,
    store,
    acme,
    operator,
    make: (ref = REF, language?: string) => operator.sessions.pairLink({ ref, language }),
  }
}

export const tokenIn = ({ url }: { url: string }): string => new URL(url).hash.slice(1)

/** WhatsApp's codes are as long. */
export const aQr = (n: number): JsonObject => ({
  paired: false,
  qr: { code: `2@${`${n}`.padEnd(88, 'aB3dE5')},${'x'.repeat(44)},${'y'.repeat(44)},${'z'.repeat(44)},1`, attempt: n },
})
