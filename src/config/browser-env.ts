// The environment of a session's Chromium: the session's own (the run's marker must reach every descendant), and what
// the bundled browser needs where the host lacks it.
const { existsSync } = process.getBuiltinModule('node:fs')
const { dirname, join } = process.getBuiltinModule('node:path')

export function browserEnv(
  browser: { path: string; libs: string | null },
  home: string,
): Record<string, string | undefined> {
  const env: Record<string, string | undefined> = { ...process.env }
  env.HOME ??= home
  if (browser.libs) env.LD_LIBRARY_PATH = [browser.libs, env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  // Without any fontconfig on the host, the first text drawn would end the browser.
  const fonts = join(dirname(browser.path), 'fonts')
  if (!existsSync('/etc/fonts/fonts.conf') && existsSync(fonts)) env.FONTCONFIG_PATH ??= fonts
  return env
}
