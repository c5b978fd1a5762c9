// The operator's alerts as the supervisor raises them: through whatever channels are set now.
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/config.js'
import { alertFile } from '../notify/alert-file.js'
import { type Alerts, createAlerts } from '../notify/alerts.js'
import { CHANNELS_PURPOSE, readChannels, sealedChannels } from '../notify/channel-file.js'
import { notifiersFor } from '../notify/channels.js'
import type { SessionAlert } from '../notify/notifier.js'
import type { SupervisorLog } from '../supervisor/parts.js'
import type { Vault } from '../vault/vault.js'

export function openAlerting(config: Config, vault: Vault, log: SupervisorLog) {
  const file = path.join(config.paths.data, 'channels.sealed')
  const now = () => new Date()
  let sealed = sealedChannels(file)
  let say: (alert: SessionAlert) => void = () => undefined
  let alerts = open()
  /** The log has each trouble once; some are raised every few seconds. */
  const told = new Map<string, string>()
  return {
    alert(alert: SessionAlert) {
      if (told.get(alert.key) !== alert.title) log.info(`alert (${alert.level}): ${alert.title}`, { text: alert.text })
      told.set(alert.key, alert.title)
      current().alert(alert)
    },
    clear(key: string) {
      told.delete(key)
      current().clear(key)
    },
    onSay(listener: (alert: SessionAlert) => void) {
      say = listener
    },
    test: () => current().test(),
    close: () => alerts.close(),
  }

  /** Channels are changed while the supervisor runs: the next alert goes through the new ones. */
  function current(): Alerts {
    const found = sealedChannels(file)
    if (found === sealed) return alerts
    sealed = found
    const before = alerts
    alerts = open()
    before.close().catch((thrown) => log.warn(String(thrown)))
    return alerts
  }

  function open(): Alerts {
    return createAlerts({
      notifiers: notifiersFor(readChannels(file, vault.box(CHANNELS_PURPOSE)), now),
      memory: alertFile(path.join(config.paths.data, 'alerts.json')),
      clock: { now, wait: (ms, signal) => sleep(ms, undefined, { signal, ref: false }) },
      random: Math.random,
      onProblem: (message) => log.warn(message),
      onSay: (alert) => say(alert),
    })
  }
}
