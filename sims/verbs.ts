// A sim's control API: `POST /verb {field: value}`, `GET /verb?field=value`, JSON over plain HTTP.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer, readJson } from './json-http.js'
import { badField, Refusal } from './refusal.js'

export type Input = Record<string, unknown>
export interface Verb {
  fields: string[]
  run(input: Input): unknown
}

/** @param given by method and path: `POST /scan` */
export function serveVerbs(given: Record<string, Verb>) {
  const verbs = new Map(Object.entries(given))
  return async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const route = `${request.method} ${url.pathname}`
    try {
      const verb = verbs.get(route)
      if (!verb)
        throw new Refusal('not_found', `${route}: unknown; there is ${[...verbs.keys()].join(', ')}`, { status: 404 })
      const input = request.method === 'GET' ? Object.fromEntries(url.searchParams) : await readJson(request)
      for (const name of Object.keys(input)) {
        if (!verb.fields.includes(name)) throw badField(name, `unknown; there is ${verb.fields.join(', ')}`)
      }
      answer(response, 200, verb.run(input))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answer(response, error.status, { error: error.message, field: error.field })
    }
  }
}
