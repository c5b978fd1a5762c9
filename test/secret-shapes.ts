// Secrets of all shapes, the forms in which programs print them, and somebody who looks for them. The looking knows
// nothing of how redaction works: it undoes what a reader of a log would undo, and looks for pieces of a secret.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'

/** The same texts at every run. */
export function texts(seed: string) {
  let counter = 0
  const bytes = (length: number): Buffer => {
    const blocks: Buffer[] = []
    for (let have = 0; have < length; have += 32) {
      blocks.push(createHash('sha256').update(`${seed}:${counter++}`).digest())
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
  const from = (alphabet: string, length: number) => {
    const letters = [...alphabet]
    return [...bytes(length)].map((byte) => letters[byte % letters.length]).join('')
  }
  return { bytes, from }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const ODD = `${LETTERS}"'\\/$^.*+?()[]{}|-&=%#<>! `

export function secretsOfAllShapes(seed: string): Record<string, string> {
  const { bytes, from } = texts(seed)
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const long = (bytes(900).toString('base64').match(/.{64}/g) ?? []).join('\n')
  const rsa = `-----BEGIN RSA PRIVATE KEY-----\n${long}\n-----END RSA PRIVATE KEY-----\n`
  const prefix = from(LETTERS, 12)
  return {
    PEM: privateKey,
    PEM_CRLF: rsa.replaceAll('\n', '\r\n'),
    ACCOUNT: JSON.stringify(
      { type: 'service_account', private_key_id: from('0123456789abcdef', 40), private_key: rsa },
      null,
      2,
    ),
    TOKEN: from(LETTERS, 40),
    HUGE: from(LETTERS, 4_096),
    QUOTES: `${from(ODD, 24)}"'\\"\\n${from(ODD, 24)}`,
    SPACES: ` ${from(LETTERS, 9)}  ${from(LETTERS, 9)} `,
    UNICODE: `pässwörd-${from('äöüßéñ漢字кл🔑ab', 24)}`,
    DOLLAR: `$&$1$\`${from('$^.*+?()[]{}|\\', 20)}`,
    LINES: `${from(LETTERS, 9)}\n${from(LETTERS, 10)}\n\t${from(LETTERS, 15)}`,
    PREFIX: prefix,
    LONGER: `${prefix}${from(LETTERS, 12)}`,
    SHORT: from(LETTERS, 6),
    NUMBER: `9${from('0123456789', 11)}`,
    URL: `https://bot:${from(LETTERS, 20)}@hooks.example.com/${from(LETTERS, 24)}?key=${from(LETTERS, 20)}`,
  }
}

export const formsPrinted: Record<string, (secret: string) => string> = {
  raw: (secret) => secret,
  indented: (secret) => secret.replace(/^/gm, '    '),
  json: (secret) => JSON.stringify({ secret }),
  jsonInJson: (secret) => JSON.stringify({ body: JSON.stringify({ secret }) }),
  inspected: (secret) => inspect({ secret }),
  uri: (secret) => `https://example.com/?key=${encodeURIComponent(secret)}`,
  lowerUri: (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  form: (secret) => `a=1&${new URLSearchParams({ secret })}`,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  basic: (secret) => `authorization: Basic ${Buffer.from(`user:${secret}`).toString('base64')}`,
  basic2: (secret) => `authorization: Basic ${Buffer.from(`me:${secret}:x`).toString('base64')}`,
  hex: (secret) => Buffer.from(secret).toString('hex'),
}

/** So much of a secret in a row is a find; of a shorter line or secret, all of it. */
const PIECE = 16

export function finder(secrets: Record<string, string>): (text: string) => string[] {
  const pieces = new Map<string, string>()
  const whole: { name: string; text: string }[] = []
  for (const [name, secret] of Object.entries(secrets)) {
    for (let i = 0; i + PIECE <= secret.length; i++) pieces.set(secret.slice(i, i + PIECE), name)
    if (secret.length < PIECE) whole.push({ name, text: secret })
    for (const line of name === 'LINES' ? secret.split('\n') : [])
      whole.push({ name: `a line of ${name}`, text: line.trim() })
  }
  return (given) => {
    const found = new Set<string>()
    for (const text of readings(given)) {
      for (let i = 0; i + PIECE <= text.length; i++) {
        const name = pieces.get(text.slice(i, i + PIECE))
        if (name !== undefined) found.add(name)
      }
      for (const { name, text: short } of whole) if (text.includes(short)) found.add(name)
    }
    return [...found]
  }
}

/** The text, and what is in it for whoever takes JSON, URLs, base64 and hex back. */
function readings(text: string): string[] {
  const once = withoutEscapes(text)
  const uri = text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll('%', ''), 'hex').toString())
  const coded = [...text.matchAll(/[\w+/-]{8,}/g)].flatMap(([run]) => [
    ...[0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString()),
    ...(/^[0-9a-f]+$/i.test(run) ? [Buffer.from(run, 'hex').toString()] : []),
  ])
  return [text, once, withoutEscapes(once), uri, uri.replaceAll('+', ' '), coded.join('\n')]
}

const withoutEscapes = (text: string) =>
  text.replace(/\\(u[0-9a-f]{4}|.)/gi, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return { n: '\n', r: '\r', t: '\t' }[code] ?? code
  })
