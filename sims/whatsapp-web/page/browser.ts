// The few things of the browser that these scripts use, typed here: the rest of the repository is not for browsers.

export interface Element {
  innerHTML: string
  textContent: string | null
  style: { cssText: string }
  append(child: Element): void
  querySelector(selector: string): Element | null
  setAttribute(name: string, value: string): void
}

interface Canvas extends Element {
  width: number
  height: number
  getContext(kind: '2d'): { fillStyle: string; fillRect(x: number, y: number, width: number, height: number): void }
}

interface Request<T> {
  result: T
  error: Error | null
  onsuccess: () => void
  onerror: () => void
}

export interface Store {
  get(key: string): Request<unknown>
  put(value: unknown, key: string): Request<unknown>
  clear(): Request<unknown>
}

interface Database {
  createObjectStore(name: string): void
  transaction(
    name: string,
    mode: 'readonly' | 'readwrite',
    options: { durability: 'strict' },
  ): { objectStore(name: string): Store; oncomplete: () => void; onerror: () => void; error: Error | null }
}

interface Browser {
  document: { body: Element; createElement(tag: string): Canvas; querySelector(selector: string): Element | null }
  location: { reload(): void; href: string }
  indexedDB: { open(name: string, version: number): Request<Database> & { onupgradeneeded: () => void } }
  EventSource: new (
    url: string,
  ) => { onmessage: (event: { data: string }) => void; onerror: () => void; onopen: () => void; close(): void }
}

export const { document, location, indexedDB, EventSource } = globalThis as unknown as Browser

/** Where WPP, WAPI and the functions that puppeteer exposes are. */
export const page = globalThis as unknown as Record<string, unknown>
