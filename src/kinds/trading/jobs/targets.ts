// The files that a backtest writes. They are opened before it begins, so that what cannot be written is told before an hour of
// work, under other names; they take their own names only when all is done.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { BadInput } from '../../../core/bad-input.js'
import { messageOf } from '../../../core/errors.js'
import { type Draft, openDraft } from '../../../node/put-file.js'
import type { Trade } from '../backtest/types.js'
import { texts as t } from './backtest-texts.js'

export type TargetFlag = 'equity' | 'trades' | 'html' | 'output'

export interface Targets {
  draft(flag: TargetFlag): Draft | undefined
  /** All take their names. Answers their paths. */
  keep(): string[]
  /** What is not kept is gone. */
  drop(): void
}

/** @param read paths of files that are read, by their flags: none of them is written over. @throws BadInput, naming the flag */
export function openTargets(
  paths: Partial<Record<TargetFlag, string | undefined>>,
  read: Record<string, string | undefined> = {},
): Targets {
  const drafts = new Map<TargetFlag, { file: string; draft: Draft }>()
  const drop = () => {
    for (const { draft } of drafts.values()) draft.drop()
  }
  try {
    for (const [flag, given] of Object.entries(paths) as [TargetFlag, string | undefined][]) {
      if (given === undefined) continue
      const file = path.resolve(given)
      const other = [...drafts].find(([, known]) => known.file === file)
      if (other) throw new BadInput(t.sameTarget(`--${flag}`, `--${other[0]}`))
      const source = Object.keys(read).find((one) => read[one] === file)
      if (source !== undefined) throw new BadInput(t.sameTarget(`--${flag}`, `--${source}`))
      try {
        if (!existsSync(path.dirname(file))) throw new Error(t.noDirectory(path.dirname(given)))
        drafts.set(flag, { file, draft: openDraft(file) })
      } catch (thrown) {
        throw new BadInput(t.badTarget(`--${flag}`, given, messageOf(thrown)))
      }
    }
  } catch (thrown) {
    drop()
    throw thrown
  }
  return {
    draft: (flag) => drafts.get(flag)?.draft,
    keep() {
      for (const { draft } of drafts.values()) draft.keep()
      return [...drafts.values()].map(({ file }) => file)
    },
    drop,
  }
}

export const EQUITY_HEADER = 'at,equity,drawdown_percent,close,exposure\n'

/** One line for each candle, in order. */
export function equityWriter(draft: Draft) {
  let peak = Number.NEGATIVE_INFINITY
  draft.write(EQUITY_HEADER)
  return (at: number, equity: number, close: number, exposure: number) => {
    if (equity > peak) peak = equity
    const drawdown = equity === peak ? 0 : (equity / peak - 1) * 100
    draft.write(`${iso(at)},${equity},${drawdown},${close},${exposure}\n`)
  }
}

const TRADE_COLUMNS = [
  'side',
  'size',
  'entry_at',
  'entry_price',
  'exit_at',
  'exit_price',
  'profit',
  'profit_percent',
  'reason',
  'fees',
  'funding',
  'tag',
]

export function writeTrades(draft: Draft, trades: readonly Trade[]) {
  draft.write(`${TRADE_COLUMNS.join(',')}\n`)
  for (const one of trades) {
    const cells = [one.side, one.size, iso(one.entryAt), one.entryPrice, iso(one.exitAt), one.exitPrice]
    draft.write(
      `${[...cells, one.profit, one.profitPercent, one.reason, one.fees, one.funding, quoted(one.tag)].join(',')}\n`,
    )
  }
}

/** A strategy's own word: it may hold anything, and no spreadsheet is to reckon with it. */
const quoted = (text: string) => {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

export const iso = (at: number) => new Date(at).toISOString()
