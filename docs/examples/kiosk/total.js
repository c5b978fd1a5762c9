// frota kiosk total sales.jsonl
import { readFile } from 'node:fs/promises'

export async function run({ input, signal, progress }) {
  const lines = (await readFile(input.sales.path, 'utf8')).trim().split('\n')
  let cents = 0
  for (const [at, line] of lines.entries()) {
    signal.throwIfAborted()
    cents += JSON.parse(line).cents
    await progress(at + 1, lines.length, 'sales')
  }
  return { sales: lines.length, cents }
}

export const show = ({ sales, cents }) => `${sales} sales, ${cents} cents`
