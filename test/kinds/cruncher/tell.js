import { existsSync, statSync } from 'node:fs'
import { getPriority } from 'node:os'

export async function run({ input, dirs, log, progress }) {
  log.info('begins', { label: input.label })
  for (let done = 0; done <= 4; done++) await progress(done, 4, `step ${done}`)
  return {
    input,
    sum: input.numbers.reduce((sum, number) => sum + number, 0),
    env: Object.keys(process.env).sort(),
    argv: process.argv.slice(2),
    cwd: process.cwd() === dirs.cwd,
    data: dirs.data,
    tmp: dirs.tmp,
    isPrivate: existsSync(dirs.tmp) && (statSync(dirs.tmp).mode & 0o777) === 0o700,
    niceness: getPriority(),
  }
}

export const show = ({ input, sum }, { width, colour }) =>
  `${input.label}: ${sum}${colour ? ' in colour' : ''}, ${width} columns \x1b[2J`
