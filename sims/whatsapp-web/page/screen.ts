// What can be seen, and what wppconnect looks for: a canvas inside [data-ref] while unpaired, `.app` afterwards.
import { document } from './browser.js'

const SQUARE = 4
const QUIET = 4 * SQUARE

export function showQr(code: string, size: number, modules: string) {
  document.body.innerHTML =
    '<div><div><div class="landing-wrapper"><h1>WhatsApp Web (simulated)</h1><div data-ref=""></div></div></div></div>'
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size * SQUARE + 2 * QUIET
  const picture = canvas.getContext('2d')
  picture.fillStyle = '#fff'
  picture.fillRect(0, 0, canvas.width, canvas.height)
  picture.fillStyle = '#000'
  for (let at = 0; at < modules.length; at++) {
    if (modules[at] !== '1') continue
    const row = Math.floor(at / size)
    picture.fillRect(QUIET + (at % size) * SQUARE, QUIET + row * SQUARE, SQUARE, SQUARE)
  }
  const holder = document.querySelector('[data-ref]')
  holder?.setAttribute('data-ref', code)
  holder?.append(canvas)
}

export function showText(text: string) {
  document.body.innerHTML = '<div class="app two" tabindex="-1"></div>'
  const app = document.querySelector('.app')
  if (app) app.textContent = text
}

/** A renderer that dies: laying out elements nested this deep overflows its stack. */
export function crash() {
  let deepest = document.body
  for (let depth = 0; depth < 200_000; depth++) {
    const child = document.createElement('div')
    deepest.append(child)
    deepest = child
  }
  Reflect.get(document.body, 'offsetHeight')
}
