// What of the store an actor of one tenant can reach. It is enforced here, where tenants are looked up, and nowhere else:
// a verb works on the store that it is given, and cannot forget whose it is.
import { notAllowed } from '../core/errors.js'
import type { HomeId, SessionId, TenantId } from '../core/ids.js'
import type { HomeStore, Snapshot, Store } from '../store/store.js'

/** The same words whether there is such a tenant or not: nothing is learnt about others. */
const notYours = (what: string) => notAllowed('NOT_YOURS', `You may not reach ${what}.`)

const refuse = (what: string) => async (): Promise<never> => {
  throw notYours(what)
}

export function scopedStore(store: Store, tenant: TenantId): Store {
  const throwUnlessOwn = (id: TenantId) => {
    if (id !== tenant) throw notYours('another customer')
  }
  return {
    driver: store.driver,
    schema: store.schema,
    views: store.views,
    keyCheck: store.keyCheck,
    setKeyCheck: refuse('the key'),
    plans: store.plans,
    putPlan: refuse('the plans'),
    addPlan: refuse('the plans'),
    removePlan: refuse('the plans'),
    operatorSecrets: refuse('the operator’s secrets'),
    putOperatorSecret: refuse('the operator’s secrets'),
    removeOperatorSecret: refuse('the operator’s secrets'),
    tenants: async () => (await store.tenants()).filter(({ id }) => id === tenant),
    tenantBySlug: async (slug) => {
      const found = await store.tenantBySlug(slug)
      if (found?.id !== tenant) throw notYours(`the customer "${slug}"`)
      return found
    },
    addTenant: refuse('other tenants'),
    changeTenant: async (id, ...change) => {
      throwUnlessOwn(id)
      return store.changeTenant(id, ...change)
    },
    removeTenant: refuse('the list of tenants'),
    sessionCounts: async () => new Map([...(await store.sessionCounts())].filter(([id]) => id === tenant)),
    audit: refuse('the audit of the house'),
    auditTrail: (query) => store.tenant(tenant).auditTrail(query),
    exportTenant: refuse('the copy of a store'),
    importTenant: refuse('the copy of a store'),
    tenant: (id) => {
      throwUnlessOwn(id)
      return store.tenant(id)
    },
    home: (id: HomeId) => scopedHome(store.home(id), tenant),
    close: refuse('the store itself'),
  }
}

function scopedHome(home: HomeStore, tenant: TenantId): HomeStore {
  const snapshot = async () => scopedSnapshot(await home.snapshot(), tenant)
  const throwUnlessOwn = async (sessions: readonly string[]) => {
    const own: ReadonlySet<string> = sessions.length > 0 ? await ownSessions() : new Set()
    if (sessions.some((session) => !own.has(session))) throw notYours('another customer’s session')
  }
  const ownSessions = async () => new Set((await snapshot()).sessions.map(({ id }) => id))
  return {
    register: refuse('the home'),
    snapshot,
    changeWanted: async (changes) => {
      await throwUnlessOwn(changes.map(({ session }) => session))
      return home.changeWanted(changes)
    },
    move: refuse('the homes'),
    acquire: refuse('the leases'),
    renew: refuse('the leases'),
    release: refuse('the leases'),
    keepJournal: async (session, id) => {
      await throwUnlessOwn([session])
      return home.keepJournal(session, id)
    },
    beat: refuse('the heartbeats'),
    heartbeats: async () => (await home.heartbeats()).filter(({ tenantId }) => tenantId === tenant),
    append: async (events, acks = [], standing = { keeps: [], forgets: [] }) => {
      const said = [...events, ...standing.keeps, ...standing.forgets]
      if (said.some(({ tenantId }) => tenantId !== tenant)) throw notYours('another customer’s history')
      await throwUnlessOwn(acks.map(({ session }) => session))
      return home.append(events, acks, standing)
    },
    events: async (query) => {
      const own = await ownSessions()
      const asked = query.sessions?.filter((id) => own.has(id)) ?? [...own]
      return home.events({ ...query, sessions: asked })
    },
    prune: refuse('the history of others'),
  }
}

export function scopedSnapshot(all: Snapshot, tenant: TenantId): Snapshot {
  const sessions = all.sessions.filter(({ tenantId }) => tenantId === tenant)
  const ids = new Set<SessionId>(sessions.map(({ id }) => id))
  const key = all.dataKeys.get(tenant)
  return {
    plans: all.plans,
    tenants: all.tenants.filter(({ id }) => id === tenant),
    sessions,
    secrets: all.secrets.filter(({ tenantId }) => tenantId === tenant),
    operatorSecrets: [],
    channels: all.channels.filter(({ tenantId }) => tenantId === tenant),
    dataKeys: new Map(key === undefined ? [] : [[tenant, key]]),
    journals: new Map([...all.journals].filter(([id]) => ids.has(id))),
  }
}
