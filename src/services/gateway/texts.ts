// What the gateway says itself: a status and one sentence, to anybody at all. It says nothing of who is here.

export const REFUSALS = {
  unknown: { status: 404, text: 'There is nothing here.' },
  broken: { status: 400, text: 'The request broke off.' },
  tooLarge: { status: 413, text: 'The body is too large.' },
  tooMany: { status: 429, text: 'Too many requests.' },
  nonsense: { status: 502, text: 'What was called did not answer properly.' },
  down: { status: 503, text: 'This is not available now.' },
  busy: { status: 503, text: 'Too much at once.' },
  late: { status: 504, text: 'What was called did not answer in time.' },
} as const satisfies Record<string, { status: number; text: string }>

export type Refusal = keyof typeof REFUSALS

/** What Node could not read is answered by its code, on the bare connection. */
export const UNREADABLE = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
} as const

export const MALFORMED = '400 Bad Request'
