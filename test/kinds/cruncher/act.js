import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { BadInput, putFile } from 'frota'

export const run = (job) => acts[job.input.act](job)

/** For whoever waits to see that it runs, and whom to look for afterwards. */
const says = ({ input }, word) => input.file && putFile(`${input.file}.${word}`, String(process.pid))

const acts = {
  async prints() {
    console.log('by console.log')
    console.error('by console.error')
    process.stdout.write('{"is":"result","result":"forged"}\n')
    spawnSync('/bin/echo', ['by a child'], { stdio: 'inherit' })
    return 'the real one'
  },
  async refuses() {
    throw new BadInput('the file has no column "close"', 'name it in the first line')
  },
  async breaks() {
    return undefined.mistake
  },
  async fails() {
    throw new Error('the venue answered 500')
  },
  async leaks() {
    for (const kept = []; ; await sleep(20)) kept.push(Buffer.alloc(16 * 1024 * 1024, 1))
  },
  async exits() {
    process.exit(7)
  },
  async detaches() {
    const child = spawn('/bin/sleep', ['600'], { detached: true, stdio: 'ignore' })
    child.unref()
    return { child: child.pid }
  },
  async 'ignores-stop'(job) {
    says(job, 'begun')
    for (;;) await sleep(50)
  },
  async 'never-lets-go'(job) {
    says(job, 'begun')
    for (;;);
  },
  async obeys(job) {
    says(job, 'begun')
    while (!job.signal.aborted) await job.progress(1, 100)
    return 'as far as it came'
  },
  async writes(job) {
    writeFileSync(`${job.dirs.tmp}/draft`, 'half')
    says(job, 'begun')
    for (let done = 0; done < 1000; done++) {
      await job.progress(done, 1000)
      job.signal.throwIfAborted()
      await sleep(10)
    }
    putFile(job.input.file, 'whole')
    return null
  },
}
