import type { Health } from '../../core/health.js'
import type { Door } from './door.js'
import { answer } from './replies.js'

const HEALTH = /^\/healthz(\?|$)/

/** @param health as the supervisor was last heard */
export const openHealthDoor = (health: () => Health): Door => ({
  find(method, url) {
    if (!HEALTH.test(url) || (method !== 'GET' && method !== 'HEAD')) return null
    return ({ request, response }) => {
      const found = health()
      const type = ['content-type', 'application/json']
      answer(request, response, { status: found.ok ? 200 : 503, rawHeaders: type, body: JSON.stringify(found) })
    }
  },
})
