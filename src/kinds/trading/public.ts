// What a strategy or a program of one's own imports: `import { Rsi, rsi } from 'frota/trading'`. It loads no zod.

// Indicators
export { indicatorFrom } from './indicator-from.js'
export * from './indicators/index.js'
// Candle patterns
export * from './patterns/index.js'
