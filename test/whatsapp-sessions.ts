// The WhatsApp kind's `run` on fakes, as many sessions as a test opens one after another; all end with it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'node:test'
import type { EngineOptions } from '../src/kinds/whatsapp/engine.js'
import { type WhatsAppConfig, whatsapp } from '../src/kinds/whatsapp/kind.js'
import type { WaMessage } from '../src/kinds/whatsapp/messages.js'
import { runOn } from '../src/kinds/whatsapp/run.js'
import { type TestContext, testContext } from './session-context.js'
import { type FakeEngine, fakeEngine } from './whatsapp-fakes.js'

export interface Session {
  context: TestContext<WhatsAppConfig>
  ended: Promise<unknown>
}

/** Call it once at the top of a test file. */
export function useSessions(typing: Partial<WhatsAppConfig>, now = () => new Date()) {
  const config = whatsapp.config.parse({ reply: 'fixed', replyText: 'Hi', ...typing }) as WhatsAppConfig
  const rig = { home: '', start, end }
  const open = new Set<Session>()
  beforeEach(() => {
    rig.home = mkdtempSync(join(tmpdir(), 'frota-whatsapp-'))
  })
  afterEach(async () => {
    await Promise.all([...open].map(end))
    rmSync(rig.home, { recursive: true, force: true })
  })
  return rig

  /** @param chats what WhatsApp has. @param spy is given each engine before the session has it */
  function start(
    folder: string,
    chats: WaMessage[],
    spy: (engine: FakeEngine, context: TestContext<WhatsAppConfig>) => void = () => undefined,
  ): Session {
    const context = testContext({ folder, config, dirs: { browser: '/bin/chromium' }, now })
    const openEngine = async (options: EngineOptions) => {
      const engine = fakeEngine(options, chats)
      spy(engine, context)
      return engine
    }
    const session = { context, ended: runOn(openEngine, context.ctx).catch((error: unknown) => error) }
    open.add(session)
    return session
  }

  async function end(session: Session) {
    open.delete(session)
    session.context.stop()
    await session.ended
    session.context.close()
  }
}
