// What may change while the session runs (its config, its secrets), and who wants to hear of it.

export interface LiveValue<Value, Version> {
  value(): Value
  version(): Version
  /** Somebody listens; otherwise the session is restarted with the new one. */
  isTakenLive(): boolean
  onChange(listener: (value: Value) => void): void
  /** A listener that throws is the kind's bug: it is the caller's to crash on. */
  take(value: Value, version: Version): void
}

export function liveValue<Value extends object, Version>(
  first: Value,
  firstVersion: Version,
  isNewer: (version: Version, than: Version) => boolean,
): LiveValue<Readonly<Value>, Version> {
  let value: Readonly<Value> = Object.freeze(first)
  let version = firstVersion
  const listeners: ((value: Readonly<Value>) => void)[] = []
  return {
    value: () => value,
    version: () => version,
    isTakenLive: () => listeners.length > 0,
    onChange: (listener) => void listeners.push(listener),
    take(newValue, newVersion) {
      if (!isNewer(newVersion, version)) return
      value = Object.freeze(newValue)
      version = newVersion
      for (const listener of listeners) listener(value)
    },
  }
}
