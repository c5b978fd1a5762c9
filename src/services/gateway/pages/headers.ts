// With every answer of a page for people: nothing of it is kept, framed, indexed or sent on, and nothing from elsewhere is
// loaded into it. Its one script and one style stand in the document, and are known to the browser by their hashes.
import type { RawHeaders } from '../headers.js'

const { createHash } = process.getBuiltinModule('node:crypto')

const COMMON: RawHeaders = [
  'cache-control',
  'no-store',
  'referrer-policy',
  'no-referrer',
  'x-content-type-options',
  'nosniff',
  'x-robots-tag',
  'noindex, nofollow',
  'cross-origin-resource-policy',
  'same-origin',
]

const cspHash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Of a document with exactly this script and this style. */
export const documentHeaders = ({ script, style }: { script: string; style: string }): RawHeaders => [
  'content-type',
  'text/html; charset=utf-8',
  'content-security-policy',
  [
    "default-src 'none'",
    `script-src ${cspHash(script)}`,
    `style-src ${cspHash(style)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-frame-options',
  'DENY',
  'cross-origin-opener-policy',
  'same-origin',
  'permissions-policy',
  'camera=(), microphone=(), geolocation=(), browsing-topics=()',
  'vary',
  'accept-language',
  ...COMMON,
]

export const jsonHeaders: RawHeaders = ['content-type', 'application/json', ...COMMON]

/** `x-accel-buffering`: nginx would keep it back until it has 4 KB. */
export const streamHeaders: RawHeaders = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'x-accel-buffering',
  'no',
  ...COMMON.map((text) => (text === 'no-store' ? 'no-store, no-transform' : text)),
]
