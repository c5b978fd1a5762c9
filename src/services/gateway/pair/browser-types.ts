// The few things of the browser that the page's script uses, typed here: the rest of the repository is not for browsers.

export interface Element {
  id: string
  hidden: boolean
  disabled: boolean
  textContent: string | null
  value: string
  src: string
  lang: string
  tabIndex: number
  readonly classList: { toggle(name: string, force: boolean): void }
  readonly dataset: Record<string, string | undefined>
  setAttribute(name: string, value: string): void
  replaceChildren(...children: Element[]): void
  addEventListener(type: string, listener: (event: Event) => void): void
  focus(): void
  getAttribute(name: string): string | null
}

export interface Event {
  readonly key?: string
  preventDefault(): void
}

export interface Answer {
  readonly status: number
  readonly ok: boolean
  json(): Promise<unknown>
}

export interface Browser {
  window: { addEventListener(type: 'hashchange', listener: () => void): void }
  document: {
    readonly documentElement: Element
    getElementById(id: string): Element | null
    querySelectorAll(selector: string): Iterable<Element>
    createElement(tag: string): Element
  }
  location: { readonly hash: string; readonly search: string; replace(url: string): void; reload(): void }
  history: { replaceState(data: null, title: string, url: string): void }
  navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } }
  matchMedia(query: string): { readonly matches: boolean }
  fetch(url: string, init?: { method: string; headers: Record<string, string>; body: string }): Promise<Answer>
  EventSource: new (
    url: string,
  ) => { readonly readyState: number; onmessage: (event: { data: string }) => void; onerror: () => void; close(): void }
}
