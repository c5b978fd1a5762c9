// What every store keeps to. Run over each driver: `storeContract(name, make)`.
// All names are random and all tenants removed at the end, so that it may also run against a hosted project in use.
import { after, before, describe } from 'node:test'
import { UserError } from '../core/errors.js'
import type { TenantId } from '../core/ids.js'
import { auditContract } from './contract/audit.contract.js'
import { channelsContract } from './contract/channels.contract.js'
import { historyContract } from './contract/history.contract.js'
import { homeContract } from './contract/home.contract.js'
import { journalsContract } from './contract/journals.contract.js'
import { leasesContract } from './contract/leases.contract.js'
import { moveContract } from './contract/move.contract.js'
import { recordsContract } from './contract/records.contract.js'
import { aSession, aTenant } from './contract/samples.contract.js'
import { secretsContract } from './contract/secrets.contract.js'
import { sessionsContract } from './contract/sessions.contract.js'
import type { StoreUnderTest, Suite } from './contract/suite.contract.js'
import { tenantsContract } from './contract/tenants.contract.js'
import { viewsContract } from './contract/views.contract.js'

export type { StoreUnderTest } from './contract/suite.contract.js'

export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`the ${name} store`, () => {
    let made: StoreUnderTest | undefined
    const tenants: TenantId[] = []
    const under = () => {
      if (!made) throw new Error('the store is made before the first test')
      return made
    }
    before(async () => {
      made = await make()
    })
    after(async () => {
      for (const id of tenants) await under().store.removeTenant(id).catch(ignoreRemoved)
      await under().cleanup()
    })
    const suite: Suite = {
      get store() {
        return under().store
      },
      get another() {
        return under().another
      },
      makeViews: (views) => under().makeViews(views),
      expireLeases: (sessions) => under().expireLeases(sessions),
      newTenant: async (change = {}) => {
        const tenant = { ...aTenant(), ...change }
        await under().store.addTenant(tenant)
        tenants.push(tenant.id)
        return tenant
      },
      newSession: (tenant, change = {}) =>
        under()
          .store.tenant(tenant)
          .addSession({ ...aSession(), ...change }, null),
    }
    tenantsContract(suite)
    sessionsContract(suite)
    secretsContract(suite)
    channelsContract(suite)
    leasesContract(suite)
    historyContract(suite)
    auditContract(suite)
    homeContract(suite)
    journalsContract(suite)
    moveContract(suite)
    recordsContract(suite)
    viewsContract(suite)
  })
}

function ignoreRemoved(error: unknown): void {
  if (!(error instanceof UserError && error.code === 'TENANT_UNKNOWN')) throw error
}
