// AES-256-GCM in a text format: `v1.<iv>.<ciphertext>.<tag>`, each base64url. The context is authenticated, not stored:
// what was sealed for one place does not open in another.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16

export function sealBytes(key: Uint8Array, plain: Uint8Array, context: readonly (string | null)[]): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(JSON.stringify(context)))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return ['v1', ...[iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.')
}

/** Undefined when the key, the context or a single bit is not the one it was sealed with. */
export function openBytes(key: Uint8Array, text: string, context: readonly (string | null)[]): Buffer | undefined {
  const [version, iv, sealed, tag, ...rest] = text.split('.')
  if (version !== 'v1' || iv === undefined || sealed === undefined || tag === undefined || rest.length > 0) return
  const ivBytes = Buffer.from(iv, 'base64url')
  const tagBytes = Buffer.from(tag, 'base64url')
  if (ivBytes.length !== IV_BYTES || tagBytes.length !== TAG_BYTES) return
  const decipher = createDecipheriv('aes-256-gcm', key, ivBytes, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(JSON.stringify(context)))
  decipher.setAuthTag(tagBytes)
  const opened = decipher.update(Buffer.from(sealed, 'base64url'))
  try {
    return Buffer.concat([opened, decipher.final()])
  } catch {
    return // the only way GCM says "not authentic"; the caller names what it was
  }
}
