// Many pieces of work, each in processes of its own, most of which wait most of the time: as many at once as the machine
// has idle cores for, judged by what it did in the last second. Never fewer than there are cores, or four.
import { availableParallelism, cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

const CORES = Math.min(availableParallelism(), 4)
/** More would only be late together when all wake up at once: the tests wait for real programs, which have time limits. */
const MOST_AT_ONCE = 2 * CORES
const LOOK_EVERY_MS = 250
/** The last four looks: a program that starts takes about a second. */
const LOOKS = 4
/** A part of one core. */
const ENOUGH_IDLE = 0.4

/**
 * @template Item
 * @param {Item[]} items begun in this order
 * @param {(item: Item) => Promise<void>} work
 */
export async function allInTurn(items, work) {
  const left = [...items]
  const running = new Set()
  const looks = []
  const begin = () => {
    const one = work(left.shift()).finally(() => running.delete(one))
    running.add(one)
    looks.length = 0 // what it takes shows only from now on
  }
  while (left.length > 0) {
    if (running.size < CORES) begin()
    else if (running.size < MOST_AT_ONCE && looks.length > LOOKS && idleCores(looks) > ENOUGH_IDLE) begin()
    else {
      const ended = await Promise.race([...running, sleep(LOOK_EVERY_MS, 'none')])
      if (ended === 'none') looks.push(idleTimes())
      if (looks.length > LOOKS + 1) looks.shift()
    }
  }
  await Promise.all(running)
}

/** How many cores, on an average, did nothing between the first look and the last. */
function idleCores(looks) {
  const [first, last] = [looks[0], looks.at(-1)]
  return (last.idle - first.idle) / ((last.all - first.all) / cpus().length)
}

function idleTimes() {
  const times = cpus().map((cpu) => cpu.times)
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  return { all, idle: times.reduce((sum, { idle }) => sum + idle, 0) }
}
