import { Command } from 'commander'
import { plain } from '../core/plain-text.js'
import { sizeText } from '../core/sizes.js'
import type { PlanField } from '../fleet/plan-fields.js'
import type { PlanView } from '../fleet/plans.js'
import type { Cli } from './cli.js'
import { confirm } from './confirm.js'
import { confirmImpact } from './confirm-impact.js'
import { table } from './table.js'

export function planCommands(cli: Cli): Command[] {
  const group = new Command('plan').description('what customers may do')
  group
    .command('ls')
    .description('list plans')
    .action(async () => {
      const plans = await cli.call('plans.list')
      cli.print(plans, () => planTable(plans))
    })
  group
    .command('show <slug>')
    .description('one plan, every key in the words that set it')
    .action(async (slug: string) => {
      const found = await cli.call('plans.show', { slug })
      const fields = await cli.call('plans.fields', { slug })
      cli.print(found, () => [`slug=${slug}`, ...fields.map(lineOf)].join('\n'))
    })
  group
    .command('set <slug> <settings...>')
    .description('change a plan: key=value… (768MB; "unlimited" lifts a limit; "default" takes back that of a kind)')
    .option('-y, --yes', 'do not ask, whatever stops')
    .action(async (slug: string, settings: string[]) => {
      await confirmImpact(cli, slug, await cli.call('plans.wouldStop', { slug, settings }))
      const changed = await cli.call('plans.set', { slug, settings })
      cli.print(changed, () => `Changed the plan ${slug}.`)
    })
  group
    .command('add <slug> [settings...]')
    .description('add a plan; without --from it begins as the free one does, with a price by agreement')
    .option('--from <plan>', 'begin as this one')
    .action(async (slug: string, settings: string[], { from }: { from?: string }) => {
      const added = await cli.call('plans.add', { slug, settings, from })
      cli.print(added, () => `Added the plan ${slug}.`)
    })
  group
    .command('rm <slug>')
    .description('remove a plan that no customer has; "plan set SLUG withdrawn=yes" only takes it from sale')
    .option('-y, --yes', 'do not ask')
    .action(async (slug: string) => {
      await cli.call('plans.show', { slug })
      await confirm(cli, `Remove the plan ${slug} for good?`)
      await cli.call('plans.remove', { slug })
      cli.print({ removed: slug }, () => `Removed the plan ${slug}.`)
    })
  return [group]
}

/** In one line each, so that every line is a word of `plan set`. */
const lineOf = ({ key, text }: PlanField) => plain(`${key}=${text}`)

const planTable = (plans: PlanView[]) =>
  table(
    ['PLAN', 'SESSIONS', 'KINDS', 'MEMORY', 'HISTORY', 'USD/MONTH', ''],
    plans.map((plan) => [
      plan.slug,
      plan.sessions === null ? 'unlimited' : String(plan.sessions),
      plan.kinds === null ? 'all' : plain(plan.kinds.join(' ')),
      sizeText(plan.maxMemoryBytes),
      `${plan.retentionDays} days`,
      plan.priceMonthUsd ?? 'by agreement',
      plan.withdrawn ? 'withdrawn' : '',
    ]),
  )
