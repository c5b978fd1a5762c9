// A file of one-minute candles that look like a market's, the same ones every time.
import { openDraft } from '../src/node/put-file.js'

const START = Date.UTC(2005, 0, 1)

export async function writeCandleFile(file: string, candles: number): Promise<void> {
  const draft = openDraft(file)
  try {
    draft.write('timestamp,open,high,low,close,volume\n')
    let [cents, state] = [2_000_000, 12_345]
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 4_294_967_296
    }
    const text = (value: number) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`
    for (let i = 0; i < candles; i++) {
      const open = cents
      // It is drawn back to where it began: ten million steps would otherwise end at nothing or beyond all measure.
      cents = Math.max(100, Math.round(open * (1 + (random() - 0.5) * 0.004) + (2_000_000 - open) * 0.00002))
      const high = Math.round(Math.max(open, cents) * (1 + random() * 0.001))
      const low = Math.round(Math.min(open, cents) * (1 - random() * 0.001))
      const volume = Math.floor(random() * 10_000)
      draft.write(`${START + i * 60_000},${text(open)},${text(high)},${text(low)},${text(cents)},${text(volume)}\n`)
    }
    draft.keep()
  } finally {
    draft.drop()
  }
}
