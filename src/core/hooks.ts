// What the gateway and a session agree on when a hook is handed over.

/** A hook's body, unless its kind says otherwise (`maxBytes`), and what it may say at most. */
export const HOOK_BYTES = 1024 * 1024
export const MAX_HOOK_BYTES = 10 * 1024 * 1024
/** Then the session answers 504 in its handler's place. */
export const HOOK_WITHIN_MS = 20_000
/** With every 503. */
export const RETRY_AFTER_S = 10
/**
 * Who asks at a session's address shows its token here, and not in `authorization`: that header belongs to whoever calls
 * a hook. The kind never sees it.
 */
export const TOKEN_HEADER = 'frota-token'
/** As a command's, it stands in addresses: `/hooks/OPAQUE/stripe`. */
export const HOOK_NAME = /^[a-z][a-z0-9-]{0,30}$/
