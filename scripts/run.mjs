#!/usr/bin/env node
// Runs a TypeScript file of this repository with the right Node: node scripts/run.mjs bench/main.ts [args]
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

const { findNode } = createRequire(import.meta.url)('../bin/find-node.js')
const node = findNode()
if ('problem' in node) {
  process.stderr.write(`${node.problem}\n`)
  process.exit(1)
}
const child = spawn(node.path, ['--import', import.meta.resolve('tsx'), ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? code : 1
})
