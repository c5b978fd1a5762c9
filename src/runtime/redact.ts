// Secrets never reach a log. What a library prints may hold one in the form it had in JSON or in a URL.

const SHORTEST = 6

export function redactorFor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>()
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())]) {
      forms.add(form)
    }
  }
  if (forms.size === 0) return (text) => text
  // Longest first: one secret may be the beginning of another.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(literally).join('|'), 'g')
  return (text) => text.replace(pattern, '[secret]')
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
