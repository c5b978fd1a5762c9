import { Command } from 'commander'
import { parseSlug } from '../core/ids.js'
import { plain } from '../core/plain-text.js'
import type { TenantView } from '../fleet/tenants.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'
import { confirmImpact } from './confirm-impact.js'
import { rename } from './rename.js'
import { table } from './table.js'

export function tenantCommands(cli: Cli): Command[] {
  const group = new Command('tenant').description('customers')
  group
    .command('add <slug>')
    .description('add a customer')
    .option('--name <name>', 'display name')
    .option('--plan <plan>', 'plan (default: FROTA_DEFAULT_PLAN, else free)')
    .action(async (slug: string, options: { name?: string; plan?: string }) => {
      const added = await cli.call('tenants.add', { slug, ...options })
      cli.print(added, () => `Added ${added.slug} on the ${added.plan} plan.`)
    })
  group
    .command('ls')
    .description('list customers')
    .action(async () => {
      const tenants = await cli.call('tenants.list')
      cli.print(tenants, () =>
        tenants.length === 0 ? cli.typed('No customers yet: frota tenant add SLUG') : tenantTable(tenants),
      )
    })
  group
    .command('show <slug>')
    .description('one customer')
    .action(async (slug: string) => {
      const found = await cli.call('tenants.show', { slug })
      cli.print(found, () => tenantTable([found]))
    })
  group
    .command('set-plan <slug> <plan>')
    .description('change the plan; a downgrade makes the newest surplus sessions wait and deletes nothing')
    .option('--until <date>', 'the plan ends then (UTC); "never" for no end')
    .option('-y, --yes', 'do not ask, whatever stops')
    .action(async (slug: string, plan: string, { until }: { until?: string }) => {
      const expiresAt = until === 'never' ? null : until
      await confirmImpact(cli, slug, await cli.call('tenants.wouldStop', { slug, plan, expiresAt }))
      const changed = await cli.call('tenants.setPlan', { slug, plan, expiresAt })
      cli.print(changed, () => `${slug} is on the ${changed.plan} plan.`)
    })
  group
    .command('set-status <slug> <status>')
    .description('active, trial, past_due, cancelled or expired; the last two stop its sessions')
    .option('-y, --yes', 'do not ask, whatever stops')
    .action(async (slug: string, status: string) => {
      await confirmImpact(cli, slug, await cli.call('tenants.wouldStop', { slug, status }))
      const changed = await cli.call('tenants.setStatus', { slug, status })
      cli.print(changed, () => `${slug} is ${changed.status}.`)
    })
  group
    .command('rename <slug> <name>')
    .description('change the display name; the slug stays')
    .action((slug: string, name: string) => rename(cli, parseSlug(slug, 'tenant'), name))
  group
    .command('rm <slug>')
    .description('remove a customer without sessions; its data key is shredded')
    .option('-y, --yes', 'do not ask')
    .action(async (slug: string) => {
      await cli.call('tenants.show', { slug })
      await confirm(cli, `Remove ${slug} and its history for good?`)
      await cli.call('tenants.remove', { slug })
      cli.print({ removed: slug }, () => `Removed ${slug}.`)
    })
  return [group]
}

const tenantTable = (tenants: TenantView[]) =>
  table(
    ['TENANT', 'NAME', 'PLAN', 'STATUS', 'UNTIL (UTC)', 'SESSIONS'],
    tenants.map((t) => [
      t.slug,
      plain(t.name),
      t.plan,
      t.status,
      t.planExpiresAt?.slice(0, 10) ?? '–',
      String(t.sessions),
    ]),
  )
