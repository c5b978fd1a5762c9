import { Indicator } from '../indicators/indicator.js'
import { factorOf, type OpenHighLowClose } from '../indicators/inputs.js'
import { bodyOf, isWhite, MeanBefore, overBars, type PatternBars, throwIfBadBar } from './pattern.js'

/** Three candles: a long body, a small one beyond it, and one that comes back into the first. */
abstract class Star extends Indicator<OpenHighLowClose, number> {
  readonly warmUp = 13
  readonly body = new MeanBefore()
  seen = 0
  /** The candle before the last, and the last. */
  firstOpen = 0
  firstClose = 0
  isFirstLong = false
  starOpen = 0
  starClose = 0
  isStarLong = false
  readonly #penetration: number
  readonly #side: 1 | -1

  /** @param side 1 for the star below, which turns prices up */
  constructor(side: 1 | -1, name: string, penetration: number) {
    super(penetration)
    this.#side = side
    this.#penetration = factorOf(penetration, name, 'penetration')
  }

  update(candle: OpenHighLowClose): number | undefined {
    throwIfBadBar(candle, this.name)
    const body = this.body.update(bodyOf(candle))
    const isLong = body !== undefined && bodyOf(candle) > body
    const isStar = this.#isStar() && isLong && isWhite(candle) === (this.#side === 1) && this.#comesBack(candle.close)
    this.firstOpen = this.starOpen
    this.firstClose = this.starClose
    this.isFirstLong = this.isStarLong
    this.starOpen = candle.open
    this.starClose = candle.close
    this.isStarLong = isLong
    if (this.seen < this.warmUp && ++this.seen < this.warmUp) return undefined
    return isStar ? this.#side * 100 : 0
  }

  /** A long candle against the pattern, then a small body beyond its close, with a gap between the bodies. */
  #isStar(): boolean {
    const { firstOpen, firstClose, starOpen, starClose } = this
    const isAgainst = this.#side === 1 ? firstClose < firstOpen : firstClose >= firstOpen
    const isBeyond =
      this.#side === 1
        ? Math.max(starOpen, starClose) < Math.min(firstOpen, firstClose)
        : Math.min(starOpen, starClose) > Math.max(firstOpen, firstClose)
    return this.isFirstLong && isAgainst && !this.isStarLong && isBeyond
  }

  #comesBack(close: number): boolean {
    const deep = Math.abs(this.firstClose - this.firstOpen) * this.#penetration
    return this.#side === 1 ? close > this.firstClose + deep : close < this.firstClose - deep
  }
}

/**
 * Morning star: 100 where a long black body is followed by a body that is not long and lies wholly below it, and then by a long
 * white one that closes above the first one's close by more than `penetration` of its body; else 0. Long is more than the mean
 * body of the ten candles before. First answer: candle 13. As TA-Lib's CDLMORNINGSTAR.
 */
export class MorningStar extends Star {
  readonly name = 'morning-star'

  constructor(penetration = 0.3) {
    super(1, 'morning-star', penetration)
  }
}

/**
 * Evening star: −100 where a long white body is followed by a body that is not long and lies wholly above it, and then by a long
 * black one that closes below the first one's close by more than `penetration` of its body; else 0. Long is more than the mean
 * body of the ten candles before. First answer: candle 13. As TA-Lib's CDLEVENINGSTAR.
 */
export class EveningStar extends Star {
  readonly name = 'evening-star'

  constructor(penetration = 0.3) {
    super(-1, 'evening-star', penetration)
  }
}

/** @returns one value per candle, NaN during the warm-up */
export const morningStar = (bars: PatternBars, penetration = 0.3): Float64Array =>
  overBars(new MorningStar(penetration), bars)

/** @returns one value per candle, NaN during the warm-up */
export const eveningStar = (bars: PatternBars, penetration = 0.3): Float64Array =>
  overBars(new EveningStar(penetration), bars)
