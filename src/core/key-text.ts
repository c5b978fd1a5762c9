// A 32-byte key as people write it down: 64 hex digits, or base64 / base64url of 32 bytes.

export const KEY_BYTES = 32
export const KEY_TEXT_RULE = '32 random bytes as 64 hex digits or as base64 (43 or 44 characters)'

/** Undefined when the text is not a key. Never put the text in a message. */
export function decodeKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim()
  if (/^[0-9a-fA-F]{64}$/.test(trimmed)) return Uint8Array.from(Buffer.from(trimmed, 'hex'))
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return undefined
  const bytes = Buffer.from(trimmed, 'base64url')
  return bytes.length === KEY_BYTES ? Uint8Array.from(bytes) : undefined
}
