// The core: one deterministic step from an event to what is to be done. It has no clock, no I/O and no randomness; backtest,
// paper and live differ only in who brings the events and who carries out the intents.
import type { Candle } from '../candles/candle.js'
import { aggregate } from './aggregate.js'
import { Desk } from './desk.js'
import { equityOf } from './equity.js'
import { filled, gone, liquidated } from './fills.js'
import type { Measure } from './measure.js'
import { emptyPortfolio, positionOf, receiveFunding } from './portfolio.js'
import { guard } from './protect.js'
import { freshProtections, rollDay, watchEquity } from './protections.js'
import { judgeCandle } from './quality.js'
import { memoryOf, readState } from './save.js'
import { type CoreSetup, type Ready, readSetup } from './setup.js'
import { obey, withdraw } from './signals.js'
import type { Event, ExitReason, MarketState, Outcome, State } from './types.js'
import { View } from './view.js'

export interface Core {
  readonly setup: Ready
  /** The state before the first event. */
  start(): State
  /**
   * What an event does. The state object that is given is changed and handed back: do not keep it, `save` it. The same
   * state and event always give the same outcome, to the last bit.
   */
  step(state: State, event: Event): Outcome
  /** JSON of all that must survive a restart. */
  save(state: State): string
  /** An equal state from what `save` answered with the same set-up; TypeError for anything else. */
  load(text: string): State
  /** Cash units: cash and open positions at the last close of their symbols. */
  equity(state: State): number
  measure(symbol: string): Measure
}

/** BadInput for a set-up that cannot be run or that the plan does not allow. */
export function createCore(given: CoreSetup): Core {
  const setup = readSetup(given)
  const desk = new Desk(setup)
  const views = new Map([...setup.measures.keys()].map((symbol) => [symbol, new View(desk, symbol)]))
  return {
    setup,
    start: () => startState(setup),
    step(state, event) {
      desk.state = state
      hear(desk, views, event)
      return { state, intents: desk.take() }
    },
    save: (state) => JSON.stringify({ ...state, markets: savedMarkets(state) }),
    load: (text) => readState(text, startState(setup), setup),
    equity(state) {
      desk.state = state
      return equityOf(desk)
    },
    measure: (symbol) => desk.measure(symbol),
  }
}

function startState({ measures, strategy, parameters, higher, cashUnits }: Ready): State {
  const market = (): MarketState => ({
    candles: 0,
    lastAt: -1,
    lastPrice: 0,
    making: Object.fromEntries(higher.map(({ timeframe }) => [timeframe, null])),
    series: {},
    memory: strategy.start(parameters),
  })
  return {
    version: 1,
    nextOrder: 1,
    nextPosition: 1,
    portfolio: emptyPortfolio(cashUnits),
    protections: freshProtections(cashUnits),
    orders: [],
    markets: Object.fromEntries([...measures.keys()].map((symbol) => [symbol, market()])),
  }
}

const savedMarkets = ({ markets }: State) =>
  Object.fromEntries(
    Object.entries(markets).map(([symbol, market]) => [symbol, { ...market, memory: memoryOf(market.memory) }]),
  )

function hear(desk: Desk, views: ReadonlyMap<string, View>, event: Event): void {
  if (event.type === 'candle') return void onCandle(desk, views, event)
  desk.now = event.at
  switch (event.type) {
    case 'fill':
      return void filled(desk, event)
    case 'liquidated':
      return void liquidated(desk, event)
    case 'cancelled':
      return void gone(desk, event.order)
    case 'rejected':
      return void gone(desk, event.order, event.text)
    case 'funding':
      return void receiveFunding(desk.state.portfolio, event.symbol, event.amount)
    case 'series':
      desk.market(event.symbol).series[event.name] = event.value
      return
    case 'clock':
      return void expire(desk)
    case 'command':
      return void command(desk, event)
  }
}

function onCandle(desk: Desk, views: ReadonlyMap<string, View>, event: Event & { type: 'candle' }): void {
  const { setup, state } = desk
  const { symbol } = event
  const market = desk.market(symbol)
  const measure = desk.measure(symbol)
  const { problems, isUsable } = judgeCandle(event.candle, market.lastAt, setup.baseMs, measure, event)
  for (const problem of problems) desk.tell({ type: 'problem', problem })
  if (!isUsable) return
  const candle = problems.length > 0 ? widened(event.candle) : event.candle
  const { protections, portfolio } = state
  desk.now = candle.at + setup.baseMs
  rollDay(protections, candle.at, () => equityOf(desk))
  market.lastPrice = measure.ticks(candle.close)
  const position = positionOf(portfolio, symbol)
  if (position) guard(desk, position, candle, measure)
  const alarm = watchEquity(protections, equityOf(desk), setup.risk, setup.unitsPerQuote)
  if (alarm) desk.note(alarm.code, alarm.text)
  if (alarm?.isHalt) halt(desk, alarm.text)
  if (state.orders.length > 0) expire(desk)
  ask(desk, views.get(symbol) as View, market, candle)
  market.lastAt = candle.at
  market.candles++
}

/** The strategy hears what closed, the longest timeframe first, and may answer. */
function ask({ setup }: Desk, view: View, market: MarketState, candle: Readonly<Candle>): void {
  const { strategy, higher, baseMs } = setup
  view.begin(market)
  if (higher.length > 0) {
    aggregate(market.making, higher, candle, { lastAt: market.lastAt, baseMs }, (timeframe, closed) => {
      strategy.closed?.(timeframe, closed, market.memory, view)
    })
  }
  const signal = strategy.next(candle, market.memory, view)
  if (signal) obey(view.desk, view.symbol, signal, market.lastPrice)
}

/** Its range takes in its open and close; most have one that does. */
function widened(candle: Readonly<Candle>): Candle {
  const { open, high, low, close } = candle
  return { ...candle, high: Math.max(open, high, close), low: Math.min(open, low, close) }
}

function expire(desk: Desk): void {
  const { orders } = desk.state
  for (let i = orders.length - 1; i >= 0; i--) {
    const order = orders[i]
    if (!order || order.expiresAt === 0 || order.expiresAt > desk.now) continue
    const position = order.position === 0 ? undefined : desk.position(order.position)
    if (position?.exitOrder === order.id) position.exitOrder = ''
    desk.cancel(order.id)
  }
}

function command(desk: Desk, { command: word, at, reason = 'by command', symbol }: Event & { type: 'command' }): void {
  const { protections } = desk.state
  if (word === 'flatten') {
    desk.note('FLATTEN', symbol === undefined ? reason : `${symbol}: ${reason}`)
    closeAll(desk, 'flatten', symbol)
  } else if (word === 'halt') {
    desk.note('HALTED', reason)
    protections.halted = { reason, at }
    for (const name of desk.setup.measures.keys()) withdraw(desk, name)
  } else {
    if (protections.halted) desk.note('RESUMED', reason)
    protections.halted = null
    // What has been lost is lost: a drawdown counts from here on, or it would halt again at once.
    protections.peakEquity = equityOf(desk)
  }
}

function halt(desk: Desk, reason: string): void {
  desk.state.protections.halted = { reason, at: desk.now }
  closeAll(desk, 'halt')
}

function closeAll(desk: Desk, reason: ExitReason, symbol?: string): void {
  for (const name of desk.setup.measures.keys()) if (symbol === undefined || symbol === name) withdraw(desk, name)
  for (const position of desk.state.portfolio.positions) {
    if (symbol === undefined || position.symbol === symbol) desk.exit(position, reason)
  }
}
