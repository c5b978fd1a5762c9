// The views of built-in kinds come to a project with the migrations, as files that are written once and never change
// again. What of them is behind the kinds is found by their text.
import type { View } from '../../core/views.js'
import { postgresSql } from './sql.js'

/** Not as the last of these files to speak of it makes it. @param files in their order */
export const viewsBehind = (files: string[], views: View[]): View[] =>
  views.filter((view) => lastOf(files, view.name)?.includes(postgresSql(view)) !== true)

/** Made by the files and of no kind any more. */
export function viewsLeft(files: string[], views: View[]): string[] {
  const named = new Set(files.flatMap((sql) => [...sql.matchAll(DROPPED)].map(([, name = '']) => name)))
  return [...named].filter((name) => {
    const isMade = lastOf(files, name)?.includes(`create view public.frota_${name} `)
    return isMade && !views.some((view) => view.name === name)
  })
}

/** Undefined when nothing is behind. */
export function viewMigration(files: string[], views: View[]): string | undefined {
  const blocks = [
    ...viewsLeft(files, views).map((name) => `${dropping(name)}\n`),
    ...viewsBehind(files, views).map(postgresSql),
  ]
  if (blocks.length === 0) return undefined
  return [
    '-- Views of the kinds that come with frota. `npm run view-migration` writes these files from what the kinds declare; one',
    '-- that is there is never changed: the next one makes its view anew.',
    '',
    ...blocks,
    'insert into public.frota_schema_version (version) select max(version) + 1 from public.frota_schema_version;',
    "notify pgrst, 'reload schema';",
    '',
  ].join('\n')
}

const dropping = (name: string) => `select public.frota_drop_view('${name}');`
const DROPPED = /^select public\.frota_drop_view\('([a-z0-9_]+)'\);$/gm
const lastOf = (files: string[], name: string) => files.findLast((sql) => sql.includes(dropping(name)))
