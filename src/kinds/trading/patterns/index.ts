// All candle patterns: above zero where one speaks for rising prices, below for falling ones, 0 where it is not there.
export { Doji, doji } from './doji.js'
export { Engulfing, engulfing } from './engulfing.js'
export { Hammer, hammer } from './hammer.js'
export { InsideBar, insideBar } from './inside-bar.js'
export type { Pattern, PatternBars } from './pattern.js'
export { PinBar, pinBar } from './pin-bar.js'
export { ShootingStar, shootingStar } from './shooting-star.js'
export { EveningStar, eveningStar, MorningStar, morningStar } from './star.js'
