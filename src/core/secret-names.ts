// Which secrets a kind reads: by name, or with one star in it for names that are added while it runs (`BOT_*`).

export type SecretNeeds = Readonly<Record<string, 'required' | 'optional'>>

export const isSecretName = (text: string) => /^[A-Z][A-Z0-9_]{0,63}$/.test(text)

/** What a kind may write. It begins with a letter, so that no kind is given all that its tenant has. */
export const isSecretPattern = (text: string) => /^[A-Z][A-Z0-9_]*\*?[A-Z0-9_]*$/.test(text) && text.length <= 64

export const hasStar = (pattern: string) => pattern.includes('*')

/** What stands before the star: how all names that fit begin. */
export const beforeStar = (pattern: string) => pattern.split('*', 1)[0] ?? ''

/** A star stands for at least one character. */
export function fitsPattern(pattern: string, name: string): boolean {
  const [head = '', tail] = pattern.split('*')
  if (tail === undefined) return name === pattern
  return isSecretName(name) && name.length > head.length + tail.length && name.startsWith(head) && name.endsWith(tail)
}

export const readsSecret = (needs: SecretNeeds | undefined, name: string) =>
  Object.keys(needs ?? {}).some((pattern) => fitsPattern(pattern, name))

/** What is required and not there: of a pattern, that no name fits it. */
export const missingSecrets = (needs: SecretNeeds | undefined, names: Iterable<string>): string[] => {
  const have = [...names]
  return Object.entries(needs ?? {}).flatMap(([pattern, need]) =>
    need === 'required' && !have.some((name) => fitsPattern(pattern, name)) ? pattern : [],
  )
}
