// The login is kept in the browser's profile. In IndexedDB, as the real page does it, and strictly: what localStorage
// holds reaches the disk seconds later, so that a Chromium killed after pairing would forget it.
import { indexedDB, type Store } from './browser.js'

export const savedToken = () => inStore((store) => store.get('token')).then((token) => (token ?? null) as string | null)
export const saveToken = (token: string) => inStore((store) => store.put(token, 'token'))
export const forgetToken = () => inStore((store) => store.clear())

async function inStore(work: (store: Store) => { result: unknown }): Promise<unknown> {
  const database = await open()
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('login', 'readwrite', { durability: 'strict' })
    const request = work(transaction.objectStore('login'))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = () => reject(transaction.error)
  })
}

let opened: Promise<ReturnType<typeof indexedDB.open>['result']> | undefined

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('whatsapp', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('login')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opened
}
