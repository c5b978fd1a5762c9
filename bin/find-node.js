'use strict'
// Which Node runs frota: the caller's when it is new enough, else the one that came with the packages.
// Plain old JavaScript: this must load on whatever Node the host has.
const { existsSync } = require('node:fs')
const { join } = require('node:path')

const ROOT = join(__dirname, '..')
const OLDEST = [22, 15]
const RULE = `Node ${OLDEST.join('.')} or newer`

/** @returns {{ path: string, current: boolean } | { problem: string }} */
function findNode() {
  if (process.platform !== 'linux') {
    return {
      problem: `frota runs on Linux; this is ${process.platform}. Use a Linux server, a container or WSL 2.`,
    }
  }
  if (isNewEnough(process.versions.node)) return { path: process.execPath, current: true }
  const own = join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node')
  if (existsSync(own)) return { path: own, current: false }
  if (process.arch !== 'x64' && process.arch !== 'arm64') {
    return { problem: `frota needs ${RULE}; this is ${process.version}, and frota brings none for ${process.arch}.` }
  }
  return {
    problem: `frota needs ${RULE} (this is ${process.version}), and the one it brings is missing: run npm start, or npm ci && npm run build.`,
  }
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

module.exports = { findNode, ROOT }
