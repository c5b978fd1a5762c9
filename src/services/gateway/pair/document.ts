// The page's document, the same for everybody who reads its language: whose session it is and which code is shown come
// later, to a browser that has opened a link. A program that only fetches the address (the preview of a chat) sees this
// much and changes nothing.
import { LANGUAGES, type Language } from '../../../core/languages.js'
import type { RawHeaders } from '../headers.js'
import { escapeHtml, jsonForHtml, scriptOf, styleOf } from '../pages/assets.js'
import { documentHeaders } from '../pages/headers.js'
import { PAIR_TEXTS, type PairTexts } from './texts.js'

export interface PairDocument {
  html: string
  headers: RawHeaders
}

const documents = new Map<Language, PairDocument>()

export function pairDocument(language: Language): PairDocument {
  const known = documents.get(language)
  if (known) return known
  const script = scriptOf(new URL('./browser.ts', import.meta.url))
  const style = styleOf(new URL('./page.css', import.meta.url))
  const made = { html: htmlOf(language, script, style), headers: documentHeaders({ script, style }) }
  documents.set(language, made)
  return made
}

function htmlOf(language: Language, script: string, style: string): string {
  const texts = PAIR_TEXTS[language]
  const t = (key: keyof PairTexts) => escapeHtml(texts[key])
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${t('title')}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header><nav aria-label="${t('language')}">${LANGUAGES.map((one) => languageLink(one, language)).join('')}</nav></header>
<main>
<noscript><p class="word">${t('noScript')}</p></noscript>
<section id="message" hidden>
<div class="mark" aria-hidden="true"></div>
<h1 id="message-title" tabindex="-1"></h1>
<p id="message-text"></p>
</section>
<section id="welcome" hidden>
<h1>${t('welcomeTitle')}</h1>
<p>${t('welcome')}</p>
<p class="quiet">${t('welcomeOnce')}</p>
<button id="go" class="main" type="button">${t('go')}</button>
<p id="welcome-word" class="word" role="alert"></p>
</section>
<section id="codes" hidden>
<h1 id="codes-title" tabindex="-1"></h1>
<p id="whose" class="quiet"></p>
<div id="tabs" role="tablist">
<button id="tab-scan" type="button" role="tab" aria-controls="scan">${t('scan')}</button>
<button id="tab-type" type="button" role="tab" aria-controls="type">${t('type')}</button>
</div>
<p id="word" class="word" role="status"></p>
<div id="scan" class="way" role="tabpanel" aria-labelledby="tab-scan">
<div><div class="paper"><img id="qr" alt="${t('qr')}" hidden><p id="qr-wait">${t('preparing')}</p></div>
<p class="quiet">${t('renews')}</p></div>
<div><h2>${t('steps')}</h2><ol id="scan-steps"></ol></div>
</div>
<div id="type" class="way" role="tabpanel" aria-labelledby="tab-type" hidden>
<div>
<form id="number-form" novalidate>
<label for="number">${t('number')}</label>
<input id="number" name="number" type="tel" inputmode="tel" autocomplete="tel" placeholder="${t('numberExample')}" aria-describedby="number-word" maxlength="40">
<p id="number-word" class="word" role="alert"></p>
<button class="main" type="submit">${t('getCode')}</button>
</form>
<div id="typed" hidden>
<p id="code-for"></p>
<p id="code" hidden></p>
<button id="copy" class="main" type="button" hidden>${t('copy')}</button>
<button id="other" type="button">${t('otherNumber')}</button>
</div>
</div>
<div><h2>${t('steps')}</h2><ol id="type-steps"></ol></div>
</div>
<p id="until" class="quiet"></p>
</section>
</main>
<script type="application/json" id="texts">${jsonForHtml(texts)}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

const languageLink = (one: Language, shown: Language) =>
  `<a href="?lang=${one}" hreflang="${one}" lang="${one}"${one === shown ? ' aria-current="true"' : ''}>${escapeHtml(PAIR_TEXTS[one].name)}</a>`
