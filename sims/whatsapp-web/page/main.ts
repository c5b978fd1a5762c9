// Everything wppconnect looks for is there before the page's `load` event, so it injects nothing of its own.
import { page } from './browser.js'
import { startSession } from './session.js'
import { WAPI } from './wapi.js'
import { PAGE_VERSION, WPP } from './wpp.js'

Object.assign(page, { WPP, WAPI, Store: {}, Debug: { VERSION: PAGE_VERSION } })
startSession().catch(console.error)
