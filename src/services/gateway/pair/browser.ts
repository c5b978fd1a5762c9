// The page's script: opens the link when its visitor says so, then shows what is told of the pairing until it is over. It
// stands in the document, so it imports nothing but types.
//
//   #TOKEN ── Continue ──▶ opened: the token leaves the address, a cookie stands for this browser ──▶ codes ──▶ done
import type { Browser, Element } from './browser-types.js'
import type { PageEvent, PageLook } from './page-events.js'
import type { PairTexts } from './texts.js'

const { window, document, location, history, navigator, matchMedia, fetch, EventSource } =
  globalThis as unknown as Browser

const CLOSED = 2
/** A proxy that keeps events back is not waited for longer: then the page asks again and again. */
const FIRST_EVENT_MS = 5_000
const ASK_EVERY_MS = 2_000
/** A code that is older is worth nothing by now. */
const STALE_MS = 15_000

const $ = (id: string): Element => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`#${id} is missing`)
  return found
}
const texts = JSON.parse($('texts').textContent ?? '') as PairTexts
const language = document.documentElement.lang
const asked = new URLSearchParams(location.search)
const fill = (text: string, values: Record<string, string>) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '')

let visit = asked.get('v') ?? ''
let way: 'scan' | 'type' | null = null
let phone: string | null = null
let sawCode = false
let isOver = false
let staleTimer: ReturnType<typeof setTimeout> | undefined

for (const link of document.querySelectorAll('nav a'))
  link.addEventListener('click', (event) => {
    event.preventDefault()
    const kept = visit === '' ? '' : `&v=${visit}`
    location.replace(`/pair${link.getAttribute('href')}${kept}${location.hash}`)
  })

// Another link in the same tab: to the browser it is the same page.
window.addEventListener('hashchange', () => location.reload())

const token = location.hash.slice(1)
if (token !== '') welcome()
else if (visit !== '') follow()
else message('emptyTitle', 'empty')

function show(view: 'message' | 'welcome' | 'codes') {
  for (const id of ['message', 'welcome', 'codes']) $(id).hidden = id !== view
}

function message(title: keyof PairTexts, text: keyof PairTexts, isGood = false) {
  $('message-title').textContent = texts[title]
  $('message-text').textContent = texts[text]
  $('message').classList.toggle('good', isGood)
  if (!$('message').hidden) return
  show('message')
  $('message-title').focus()
}

function end(...words: Parameters<typeof message>) {
  isOver = true
  clearTimeout(staleTimer)
  message(...words)
}

const post = (path: string, body: object) =>
  fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

function welcome() {
  show('welcome')
  $('go').addEventListener('click', async () => {
    $('go').disabled = true
    $('welcome-word').textContent = ''
    const answer = await post('/pair/open', { token }).catch(() => null)
    $('go').disabled = false
    if (answer?.ok) return opened((await answer.json()) as { visit: string })
    if (answer?.status === 403) return end('takenTitle', 'taken')
    if (answer?.status === 401) return end('endedTitle', 'ended')
    $('welcome-word').textContent = answer?.status === 429 ? texts.tooMany : texts.tryAgain
  })
}

function opened(answer: { visit: string }) {
  visit = answer.visit
  const lang = asked.get('lang')
  history.replaceState(null, '', `/pair?v=${visit}${lang === null ? '' : `&lang=${lang}`}`)
  follow()
}

function follow() {
  let isHeard = false
  const source = new EventSource(`/pair/events?v=${visit}`)
  const slow = setTimeout(() => instead(), FIRST_EVENT_MS)
  const instead = () => {
    clearTimeout(slow)
    source.close()
    void askAgain(isHeard)
  }
  source.onmessage = ({ data }) => {
    isHeard = true
    clearTimeout(slow)
    take(JSON.parse(data) as PageEvent)
    if (isOver) source.close()
  }
  // Refused: a plain question says why. Otherwise the browser comes back by itself.
  source.onerror = () => (source.readyState === CLOSED ? instead() : away())
}

async function askAgain(wasHeard: boolean) {
  while (!isOver) {
    const answer = await fetch(`/pair/state?v=${visit}`).catch(() => null)
    if (answer?.ok) {
      wasHeard = true
      for (const event of (await answer.json()) as PageEvent[]) take(event)
    } else if (answer?.status === 401) {
      // Opened a moment ago, and already unknown: the browser has kept no cookie.
      if (token !== '' && !wasHeard) end('cookiesTitle', 'cookies')
      else end('endedTitle', 'ended')
    } else away()
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
  }
}

function take(event: PageEvent) {
  if ('about' in event) return tellAbout(event.about)
  if (event.look.is === 'away') return away()
  clearTimeout(staleTimer)
  staleTimer = undefined
  draw(event.look)
}

function tellAbout({ customer, session, expiresAt, byPhone, words }: Extract<PageEvent, { about: unknown }>['about']) {
  const steps = words?.steps[language]
  $('codes-title').textContent = words ? fill(texts.codesTitle, { app: words.app }) : texts.welcomeTitle
  $('whose').textContent = customer === session ? customer : `${customer} · ${session}`
  list('scan-steps', steps?.scan ?? [texts.scanAnyway])
  list('type-steps', steps?.type ?? [texts.typeAnyway])
  const time = new Date(expiresAt).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })
  $('until').textContent = fill(texts.until, { time })
  $('tabs').hidden = !byPhone
  if (!byPhone) choose('scan')
}

const inElement = (tag: string, text: string) => Object.assign(document.createElement(tag), { textContent: text })

/** What stands between stars is the name of a button. */
function list(id: string, steps: readonly string[]) {
  $(id).replaceChildren(
    ...steps.map((step) => {
      const item = document.createElement('li')
      item.replaceChildren(...step.split('*').map((text, i) => inElement(i % 2 === 0 ? 'span' : 'strong', text)))
      return item
    }),
  )
}

function choose(wanted: 'scan' | 'type') {
  way = wanted
  for (const one of ['scan', 'type']) {
    $(one).hidden = one !== way
    $(`tab-${one}`).setAttribute('aria-selected', String(one === way))
    $(`tab-${one}`).tabIndex = one === way ? 0 : -1
  }
}

function draw(look: Exclude<PageLook, { is: 'away' }>) {
  if (look.is === 'paired') return end('pairedTitle', 'paired', true)
  if (look.is === 'ended') return end('endedTitle', 'ended')
  if (look.is === 'stopped') return message('stoppedTitle', 'stopped')
  phone = 'phone' in look ? look.phone : null
  if (way === null) choose(phone !== null || matchMedia('(pointer: coarse)').matches ? 'type' : 'scan')
  if ($('codes').hidden) {
    show('codes')
    $('codes-title').focus()
  }
  sawCode ||= look.is === 'qr' || look.is === 'code'
  const isLinking = look.is === 'waiting' && look.state === 'starting' && sawCode
  $('word').textContent = isLinking ? texts.linking : ''
  drawQr(look.is === 'qr' ? look.image : null)
  drawTyped(look)
}

function drawQr(image: string | null) {
  if (image !== null) $('qr').src = image
  $('qr').hidden = image === null
  $('qr-wait').hidden = image !== null
}

function drawTyped(look: PageLook) {
  const code = look.is === 'code' ? look.code : ''
  $('number-form').hidden = phone !== null
  $('typed').hidden = phone === null
  $('code').hidden = code === ''
  $('code').textContent = code
  $('copy').hidden = code === '' || navigator.clipboard === undefined
  if (phone === null) return
  const words = look.is === 'refused' ? texts.refused : look.is === 'code' ? texts.codeFor : texts.asking
  $('code-for').textContent = fill(words, { phone })
}

/** The code may be an old one by the time that somebody scans it. */
function away() {
  $('word').textContent = texts.away
  staleTimer ??= setTimeout(() => {
    drawQr(null)
    $('code').hidden = true
  }, STALE_MS)
}

for (const one of ['scan', 'type'] as const) {
  $(`tab-${one}`).addEventListener('click', () => {
    choose(one)
    if (one === 'scan' && phone !== null) void setPhone(null)
  })
  $(`tab-${one}`).addEventListener('keydown', ({ key }) => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
    const other = one === 'scan' ? 'type' : 'scan'
    choose(other)
    $(`tab-${other}`).focus()
  })
}

$('number-form').addEventListener('submit', (event) => {
  event.preventDefault()
  void setPhone($('number').value)
})
$('other').addEventListener('click', () => void setPhone(null))
$('copy').addEventListener('click', async () => {
  await navigator.clipboard?.writeText($('code').textContent ?? '').catch(() => undefined)
  $('copy').textContent = texts.copied
  setTimeout(() => {
    $('copy').textContent = texts.copy
  }, ASK_EVERY_MS)
})

async function setPhone(number: string | null) {
  $('number-word').textContent = ''
  const answer = await post(`/pair/phone?v=${visit}`, { phone: number }).catch(() => null)
  if (answer?.ok) return draw({ is: 'waiting', state: 'pairing', phone: number?.replace(/[^+\d]/g, '') ?? null })
  if (answer?.status === 401) return end('endedTitle', 'ended')
  const { code } = answer ? ((await answer.json().catch(() => ({}))) as { code?: string }) : {}
  const words =
    code === 'BAD_PHONE' ? texts.badNumber : code === 'TOO_MANY_PHONES' ? texts.tooManyNumbers : texts.tryAgain
  $('number-word').textContent = words
  $('number').focus()
}
