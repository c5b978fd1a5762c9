// TA-Lib itself, compiled to wasm: the oracle of the indicators. It is called past talib-web's own binding, which reads one value
// too many, hides where the first answer stands, and mixes up the arguments of BBANDS.
import { createRequire } from 'node:module'

interface Wasm {
  _malloc(bytes: number): number
  _free(address: number): void
  HEAPF64: Float64Array
  HEAP32: Int32Array
  ccall(name: string, answer: 'number', types: 'number'[], args: number[]): number
}

export interface TalibCall {
  /** As TA-Lib's header has it, without TA_. */
  name: string
  /** In the header's order: columns of one length, then options. */
  inputs: readonly ArrayLike<number>[]
  options?: readonly number[]
  outputs?: number
  /** Candle patterns answer whole numbers. */
  isInteger?: boolean
}

let loaded: Promise<Wasm> | undefined

/** Each answer stands under its input, with NaN where TA-Lib gives none. */
export async function talib(call: TalibCall): Promise<number[][]> {
  loaded ??= load()
  return run(await loaded, call)
}

function run(wasm: Wasm, { name, inputs, options = [], outputs = 1, isInteger = false }: TalibCall): number[][] {
  const length = inputs[0]?.length ?? 0
  const taken: number[] = []
  const room = () => {
    const address = wasm._malloc((length + 1) * Float64Array.BYTES_PER_ELEMENT)
    taken.push(address)
    return address
  }
  try {
    const from = inputs.map(room)
    const [firstAt = 0, countAt = 0] = [room(), room()]
    const to = Array.from({ length: outputs }, room)
    // Only now: a heap that grew is another array.
    for (const [i, values] of inputs.entries()) wasm.HEAPF64.set(values, (from[i] ?? 0) / 8)
    const args = [0, length - 1, ...from, ...options, firstAt, countAt, ...to]
    const types = args.map(() => 'number' as const)
    const failed = wasm.ccall(`TA_${name}`, 'number', types, args)
    if (failed !== 0) throw new Error(`TA_${name} answers ${failed}`)
    const first = wasm.HEAP32[firstAt / 4] ?? 0
    const count = wasm.HEAP32[countAt / 4] ?? 0
    return to.map((at) => {
      const answers = isInteger
        ? wasm.HEAP32.subarray(at / 4, at / 4 + count)
        : wasm.HEAPF64.subarray(at / 8, at / 8 + count)
      return [...Array.from({ length: count === 0 ? length : first }, () => Number.NaN), ...answers]
    })
  } finally {
    for (const address of taken) wasm._free(address)
  }
}

/** Where this build keeps TA_CandleSetting[11]: found by looking which word moves the first answer of which pattern. */
const CANDLE_SETTINGS_AT = 4120
const [REAL_BODY, HIGH_LOW, SHADOWS] = [0, 1, 2]
/** TA_CandleDefaultSettings of ta_global.c, from BodyLong to Equal: what a candle is measured by, over how many, times what. */
const CANDLE_SETTINGS = [
  [REAL_BODY, 10, 1],
  [REAL_BODY, 10, 3],
  [REAL_BODY, 10, 1],
  [HIGH_LOW, 10, 0.1],
  [REAL_BODY, 0, 1],
  [REAL_BODY, 0, 2],
  [SHADOWS, 10, 1],
  [HIGH_LOW, 10, 0.1],
  [HIGH_LOW, 5, 0.2],
  [HIGH_LOW, 5, 0.6],
  [HIGH_LOW, 5, 0.05],
] as const

/** TA_Initialize would do this, but the build does not export it: until then every average over candles is over none. */
function setCandles(wasm: Wasm): void {
  for (const [i, [range, period, factor]] of CANDLE_SETTINGS.entries()) {
    const at = CANDLE_SETTINGS_AT + i * 24
    wasm.HEAP32.set([i, range, period], at / 4)
    wasm.HEAPF64[at / 8 + 2] = factor
  }
  const flat = Array.from({ length: 20 }, () => 1)
  const [starts = []] = run(wasm, {
    name: 'CDLMORNINGSTAR',
    inputs: [flat, flat, flat, flat],
    options: [0.3],
    isInteger: true,
  })
  if (starts.indexOf(0) !== 12) throw new Error('this build of talib-web keeps its settings elsewhere')
}

async function load(): Promise<Wasm> {
  const { fetch } = globalThis
  const before = [process.listeners('uncaughtException'), process.listeners('unhandledRejection')] as const
  // It takes a global fetch for a browser and would ask for its wasm file over the network.
  Reflect.set(globalThis, 'fetch', undefined)
  try {
    const module = createRequire(import.meta.url)('talib-web') as { init(): Promise<Wasm> }
    const wasm = await module.init()
    setCandles(wasm)
    return wasm
  } finally {
    globalThis.fetch = fetch
    // Its listeners would turn an error of any test into an exit of the program.
    for (const one of process.listeners('uncaughtException'))
      if (!before[0].includes(one)) process.off('uncaughtException', one)
    for (const one of process.listeners('unhandledRejection'))
      if (!before[1].includes(one)) process.off('unhandledRejection', one)
  }
}
