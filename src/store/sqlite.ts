// The store with no account at all: one file, Node's own SQLite.

import type { TenantId } from '../core/ids.js'
import { SEED_PLANS } from '../core/plans.js'
import type { View } from '../core/views.js'
import { number, text } from './columns.js'
import { refusal } from './refusals.js'
import { planToRow, rowToPlan, rowToTenant, tenantToRow } from './rows.js'
import { readTrail, tell } from './sqlite/audit.js'
import { exportTenant, importTenant } from './sqlite/copy.js'
import { type Database, migrateDatabase, openDatabase, type Sql } from './sqlite/database.js'
import { homeStore } from './sqlite/home.js'
import { operatorSecrets } from './sqlite/operator-secrets.js'
import { MIGRATIONS } from './sqlite/schema.js'
import { tenantStore } from './sqlite/tenant.js'
import { keepViews, viewsIn } from './sqlite/views.js'
import type { Store, Tenant } from './store.js'

/** Opened at first use. Its directory exists; `migrateSqlite` made the file, or will. @param brief for one command */
export function openSqliteStore(path: string, brief = false): Store {
  const db = openDatabase(path, brief)
  return {
    driver: 'sqlite',
    schema: async () => ({ current: await db.version(), latest: MIGRATIONS.length }),
    views: () => db.read(viewsIn),
    ...settings(db),
    ...plans(db),
    ...operatorSecrets(db),
    ...tenants(db),
    audit: (entry) => db.write((sql) => tell(sql, null, entry)),
    auditTrail: (query) => readTrail(db, null, query),
    exportTenant: (id) => exportTenant(db, id),
    importTenant: (copy) => importTenant(db, copy),
    tenant: (id) => tenantStore(db, id),
    home: (id) => homeStore(db, id),
    close: async () => db.close(),
  }
}

/**
 * Makes the file, or brings it up to date. Only for whoever holds the home's lock.
 * @param views of the kinds that are loaded
 */
export function migrateSqlite(path: string, views: View[] = []): void {
  const seed = (sql: Sql) => {
    for (const plan of SEED_PLANS) sql.insert('plans', planToRow(plan))
  }
  migrateDatabase(path, seed, (sql) => keepViews(sql, views))
}

function settings(db: Database): Pick<Store, 'keyCheck' | 'setKeyCheck'> {
  const read = (sql: Sql) => sql.get(`select value from settings where key = 'key_check'`)
  return {
    keyCheck: () =>
      db.read((sql) => {
        const row = read(sql)
        return row && text(row, 'value')
      }),
    setKeyCheck: (value) =>
      db.write((sql) => {
        sql.run(`insert into settings values ('key_check', :value) on conflict do nothing`, { value })
        return text(read(sql) ?? {}, 'value')
      }),
  }
}

function plans(db: Database): Pick<Store, 'plans' | 'putPlan' | 'addPlan' | 'removePlan'> {
  return {
    plans: () =>
      db.read((sql) => sql.all('select * from plans order by sessions is null, sessions, slug').map(rowToPlan)),
    putPlan: (plan, audit) =>
      db.write((sql) => {
        const row = planToRow(plan)
        const changes = Object.keys(row).map((column) => `${column} = :${column}`)
        if (sql.run(`update plans set ${changes.join(', ')} where slug = :slug`, row) === 0) sql.insert('plans', row)
        tell(sql, null, audit)
      }),
    addPlan: (plan, audit) =>
      db.write((sql) => {
        if (sql.get('select 1 from plans where slug = :slug', { slug: plan.slug })) {
          throw refusal('PLAN_EXISTS', plan.slug)
        }
        sql.insert('plans', planToRow(plan))
        tell(sql, null, audit)
      }),
    removePlan: (slug, audit) =>
      db.write((sql) => {
        throwIfNoPlan(sql, slug)
        if (sql.get('select 1 from tenants where plan = :slug', { slug })) throw refusal('PLAN_IN_USE', slug)
        sql.run('delete from plans where slug = :slug', { slug })
        tell(sql, null, audit)
      }),
  }
}

function tenants(
  db: Database,
): Pick<Store, 'tenants' | 'tenantBySlug' | 'addTenant' | 'changeTenant' | 'removeTenant' | 'sessionCounts'> {
  return {
    tenants: () => db.read((sql) => sql.all('select * from tenants order by slug').map(rowToTenant)),
    tenantBySlug: (slug) =>
      db.read((sql) => {
        const row = sql.get('select * from tenants where slug = :slug', { slug })
        return row && rowToTenant(row)
      }),
    addTenant: (tenant, audit) =>
      db.write((sql) => {
        throwIfTaken(sql, tenant)
        throwIfNoPlan(sql, tenant.plan)
        sql.insert('tenants', tenantToRow(tenant))
        tell(sql, tenant.id, audit)
      }),
    changeTenant: (id, change, audit) =>
      db.write((sql) => {
        const tenant = { ...readTenant(sql, id), ...change, id }
        throwIfNoPlan(sql, tenant.plan)
        sql.run(
          `update tenants set name = :name, plan = :plan, status = :status, plan_expires_at = :plan_expires_at
           where id = :id`,
          tenantToRow(tenant),
        )
        tell(sql, id, audit)
      }),
    removeTenant: async (id, audit) => {
      await db.write((sql) => {
        readTenant(sql, id)
        sql.run('delete from tenants where id = :id', { id })
        tell(sql, id, audit)
      })
      await db.shred()
    },
    sessionCounts: () =>
      db.read((sql) => {
        const rows = sql.all('select tenant_id, count(*) as count from sessions group by tenant_id')
        return new Map(rows.map((row) => [text(row, 'tenant_id') as TenantId, number(row, 'count')]))
      }),
  }
}

function readTenant(sql: Sql, id: TenantId): Tenant {
  const row = sql.get('select * from tenants where id = :id', { id })
  if (!row) throw refusal('TENANT_UNKNOWN', id)
  return rowToTenant(row)
}

function throwIfTaken(sql: Sql, tenant: Tenant): void {
  const taken = sql.get('select 1 from tenants where slug = :slug or id = :id', { slug: tenant.slug, id: tenant.id })
  if (taken) throw refusal('TENANT_EXISTS', tenant.slug)
}

function throwIfNoPlan(sql: Sql, slug: string): void {
  if (!sql.get('select 1 from plans where slug = :slug', { slug })) throw refusal('PLAN_UNKNOWN', slug)
}
