// What an Easypanel takes as a template's output, in shape: services of an app, a compose file or a database, with the
// fields and patterns of easypanel-io/templates (utils/schema.ts) and of the panel's own `templates.createFromSchema`
// (2.28). Written anew, and stricter in one thing: a field that is not known is refused, as a typing mistake would be.
import { z } from 'zod'

/** The panel's rule for the names of projects, services and volumes. */
const name = z.string().regex(/^[a-z0-9-_]+$/)
const text = z.string().min(1)
const path = z.string().regex(/^\//)

const source = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('image'),
    image: z.string(),
    username: z.string().optional(),
    password: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('github'), owner: text, repo: text, ref: text, path, autoDeploy: z.boolean() }),
  z.strictObject({ type: z.literal('git'), repo: text, ref: text, path }),
  z.strictObject({ type: z.literal('dockerfile'), dockerfile: text }),
])

const build = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('dockerfile'), file: z.string().optional() }),
  z.strictObject({ type: z.literal('heroku-buildpacks') }),
  z.strictObject({ type: z.literal('paketo-buildpacks') }),
  z.strictObject({
    type: z.literal('nixpacks'),
    installCommand: z.string().optional(),
    buildCommand: z.string().optional(),
    startCommand: z.string().optional(),
    nixPackages: z.string().optional(),
    aptPackages: z.string().optional(),
  }),
])

const deploy = z.strictObject({
  replicas: z.number().default(1),
  command: z.string().nullable().default(null),
  /** On unless it is said: the new container starts beside the old one. */
  zeroDowntime: z.boolean().default(true),
  capAdd: z.array(z.string()).optional(),
  capDrop: z.array(z.string()).optional(),
  sysctls: z.record(z.string(), z.string()).optional(),
  groups: z.array(z.string()).optional(),
  tiniInit: z.boolean().optional(),
})

const domain = z.strictObject({
  host: z.string().regex(/^[^\s*]+$/),
  https: z.boolean().default(true),
  port: z.number().default(80),
  path: path.default('/'),
  middlewares: z.array(z.string()).optional(),
  certificateResolver: z.string().optional(),
  wildcard: z.boolean().default(false),
})

const mount = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bind'), hostPath: text, mountPath: text }),
  z.strictObject({ type: z.literal('volume'), name, mountPath: text }),
  z.strictObject({ type: z.literal('file'), content: z.string(), mountPath: text }),
])

const basicAuth = z.array(z.strictObject({ username: z.string(), password: z.string() })).optional()

const resources = z
  .strictObject({
    memoryReservation: z.number(),
    memoryLimit: z.number(),
    cpuReservation: z.number(),
    cpuLimit: z.number(),
  })
  .optional()

const port = z.strictObject({ published: z.number(), target: z.number(), protocol: z.enum(['tcp', 'udp']).optional() })

const app = z.strictObject({
  serviceName: name,
  source: source.optional(),
  build: build.optional(),
  env: z.string().default(''),
  basicAuth,
  deploy: deploy.prefault({}),
  domains: z.array(domain).default([]),
  mounts: z.array(mount).default([]),
  ports: z.array(port).default([]),
  resources,
})

const compose = z.strictObject({
  serviceName: name,
  source: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('inline'), content: z.string() }),
      z.strictObject({
        type: z.literal('git'),
        repo: z.string(),
        ref: z.string(),
        rootPath: z.string(),
        composeFile: z.string(),
      }),
    ])
    .optional(),
  env: z.string().default(''),
  createDotEnv: z.boolean().default(false),
  domains: z.array(domain.extend({ service: z.string().default('') })).default([]),
  basicAuth,
})

const database = z.strictObject({
  serviceName: name,
  image: z.string().optional(),
  password: z.string().optional(),
  resources,
  env: z.string().optional(),
  command: z.string().optional(),
})

const DATABASES = ['postgres', 'mysql', 'mariadb', 'mongo', 'redis'] as const

export const panelTemplate = z.strictObject({
  services: z.array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('app'), data: app }),
      z.strictObject({ type: z.literal('compose'), data: compose }),
      z.strictObject({ type: z.enum(DATABASES), data: database }),
    ]),
  ),
})
export type PanelTemplate = z.output<typeof panelTemplate>

/** A template's `meta.yaml`: what the panel's list and the template's page show, and the form that becomes the input. */
export const templateMeta = z.strictObject({
  name: text,
  description: text,
  instructions: text.nullable(),
  changeLog: z.array(z.strictObject({ date: z.union([z.date(), z.iso.date()]), description: text })).min(1),
  links: z.array(z.strictObject({ label: text, url: z.url({ protocol: /^https$/ }) })).min(1),
  contributors: z.array(z.strictObject({ name: text, url: z.url({ protocol: /^https$/ }) })).min(1),
  schema: z.strictObject({
    type: z.literal('object'),
    required: z.array(text),
    properties: z.record(
      text,
      z.strictObject({
        type: z.literal('string'),
        title: text,
        description: text.optional(),
        default: z.string().optional(),
        oneOf: z.array(z.strictObject({ enum: z.tuple([text]), title: text })).optional(),
      }),
    ),
  }),
  benefits: z.array(z.strictObject({ title: text, description: text })),
  features: z.array(z.strictObject({ title: text, description: text })),
  tags: z.array(text).min(1),
})
export type TemplateMeta = z.output<typeof templateMeta>
