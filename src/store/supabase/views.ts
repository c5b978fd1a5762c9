// The views of kinds, asked through one function. They come with the migrations, those of kinds from outside by
// `frota db sql` or `frota db migrate`.
import type { TenantId } from '../../core/ids.js'
import type { TenantStore } from '../store.js'
import { orderOf, pageOf, placeIn } from '../views/page.js'
import { postgresMark } from '../views/sql.js'
import { asRow, type Calls } from './call.js'

export async function viewsIn({ call }: Calls): Promise<Map<string, string>> {
  return new Map(Object.entries(asRow(await call('frota_views'))).map(([name, mark]) => [name, String(mark)]))
}

export function tenantViews({ rows }: Calls, tenant: TenantId): Pick<TenantStore, 'view'> {
  return {
    view: async (query) => {
      const { view, where, after, limit } = query
      const { places, descending } = orderOf(view)
      const found = await rows('frota_view', {
        p_tenant: tenant,
        p_view: view.name,
        p_mark: postgresMark(view),
        p_where: where.map(({ column, is, value }) => ({ column, is, value })),
        p_order: places.map(({ column }) => column),
        p_descending: descending,
        p_after: after === undefined ? null : placeIn(view, after),
        p_limit: limit + 1,
      })
      return pageOf(query, found)
    },
  }
}
