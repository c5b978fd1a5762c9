// Every name the environment and the home's `.env` may hold. `.env.example` explains them to people.

export const NAMES = [
  'FROTA_HOME',
  'FROTA_STORE',
  'FROTA_KINDS',
  'FROTA_STRATEGIES',
  'FROTA_ONLY',
  'FROTA_DEFAULT_PLAN',
  'FROTA_CHROMIUM',
  'FROTA_CHROMIUM_SANDBOX',
  'FROTA_GATEWAY',
  'FROTA_BIND',
  'FROTA_PUBLIC_URL',
  'FROTA_TRUSTED_PROXIES',
  'FROTA_NO_INPUT',
  'FROTA_MASTER_KEY',
  'FROTA_MASTER_KEY_FILE',
  'SUPABASE_URL',
  'SUPABASE_SECRET_KEY',
  'SUPABASE_SERVICE_ROLE_KEY',
  'SUPABASE_DB_URL',
  'PORT',
  'BASE_PORT',
  'MAX_SESSIONS',
] as const
export type Name = (typeof NAMES)[number]

/** Values that must never be handed to another process, printed or kept readable for others. */
export const SECRET_NAMES = [
  'FROTA_MASTER_KEY',
  'SUPABASE_SECRET_KEY',
  'SUPABASE_SERVICE_ROLE_KEY',
  'SUPABASE_DB_URL',
] as const satisfies readonly Name[]

/** What the supervisor gives its sessions, and what the tests' own switches begin with: no business of the config's. */
export const OWN_NAMES: ReadonlySet<string> = new Set([
  'FROTA_RUN',
  'FROTA_TICKET',
  'FROTA_SOCKET',
  'FROTA_ADDRESS',
  'FROTA_SESSION',
  'FROTA_FOREGROUND',
  'FROTA_ERROR_FILE',
  'FROTA_FOREGROUND',
])
export const OWN_PREFIXES = ['FROTA_TEST_', 'FROTA_BENCH_'] as const

/** Not ours, harmless, and needed by a child: paths and language. */
export const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS)$/

/** No kind that comes along reads these yet; one of the operator's own may: each session has its own. */
const ownSecret = (name: string) => `frota secret set TENANT/NAME ${name}, for a kind that reads it (frota kinds KIND)`
const AI_CONFIG = 'the config of a kind that asks an AI; whatsapp answers with a fixed text (reply=fixed replyText=…)'

/** Names of older tools and of what this tool keeps elsewhere; `doctor` says what to use instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  OPENAI_KEY: ownSecret('OPENAI_API_KEY'),
  OPENAI_API_KEY: ownSecret('OPENAI_API_KEY'),
  OPENAI_ASSISTANT: AI_CONFIG,
  GEMINI_KEY: ownSecret('GEMINI_API_KEY'),
  GEMINI_API_KEY: ownSecret('GEMINI_API_KEY'),
  GEMINI_PROMPT: AI_CONFIG,
  DEEPSEEK_API_KEY: ownSecret('DEEPSEEK_API_KEY'),
  ANTHROPIC_API_KEY: ownSecret('ANTHROPIC_API_KEY'),
  AI_SELECTED: AI_CONFIG,
  SESSION_NAME: 'frota add TENANT/NAME --kind whatsapp',
  BOT_TOKEN: ownSecret('BOT_TOKEN'),
  TELEGRAM_BOT_TOKEN: 'frota notify set operator telegram, for alerts',
  ENCRYPTION_MASTER_KEY: 'FROTA_MASTER_KEY or FROTA_MASTER_KEY_FILE',
  ENCRYPTION_KEY: 'FROTA_MASTER_KEY or FROTA_MASTER_KEY_FILE',
  MASTER_KEY: 'FROTA_MASTER_KEY or FROTA_MASTER_KEY_FILE',
  SUPABASE_KEY: 'SUPABASE_SECRET_KEY',
  SUPABASE_SERVICE_KEY: 'SUPABASE_SECRET_KEY',
  SUPABASE_ANON_KEY: 'SUPABASE_SECRET_KEY (the anon key may read nothing)',
  SUPABASE_PUBLISHABLE_KEY: 'SUPABASE_SECRET_KEY (the publishable key may read nothing)',
  DATABASE_URL: 'SUPABASE_DB_URL',
  CHROME_PATH: 'FROTA_CHROMIUM',
  CHROMIUM_PATH: 'FROTA_CHROMIUM',
  PUPPETEER_EXECUTABLE_PATH: 'FROTA_CHROMIUM',
  PM2_HOME: "nothing: frota has its own PM2 and never touches the user's",
}

export interface ForeignName {
  name: string
  use: string
}

export function foreignNames(env: Readonly<Record<string, string | undefined>>): ForeignName[] {
  return Object.entries(FOREIGN)
    .filter(([name]) => (env[name] ?? '') !== '')
    .map(([name, use]) => ({ name, use }))
}
