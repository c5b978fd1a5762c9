// `frota trading candles`: past candles of the venues, kept on this machine.
import { BadInput } from '../../../core/bad-input.js'
import { messageOf } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import { SQLITE, sqliteCodeOf } from '../../../node/codes.js'
import type { JobContext, JobScreen } from '../../job.js'
import { cacheFile, NewerCache, openCache } from '../candles/cache/cache.js'
import { exportCandles } from './candles-export.js'
import { getCandles } from './candles-get.js'
import type { CandlesInput } from './candles-input.js'
import { listCandles, removeCandles, verifyCandles } from './candles-keep.js'
import { drawn } from './candles-show.js'
import { texts as t } from './candles-texts.js'

export async function run(job: JobContext<CandlesInput>): Promise<JsonObject> {
  const cache = opened(cacheFile(job.dirs.data))
  try {
    switch (job.input.action) {
      case 'get':
        return await getCandles(job, cache)
      case 'ls':
        return listCandles(job.input, cache)
      case 'verify':
        return await verifyCandles(job, cache)
      case 'export':
        return await exportCandles(job, cache)
      case 'rm':
        return removeCandles(job.input, cache)
    }
  } finally {
    cache.close()
  }
}

function opened(file: string) {
  try {
    return openCache(file)
  } catch (error) {
    if (error instanceof NewerCache) throw new BadInput(`${file}: ${error.message}`, 'update frota, or remove the file')
    if ([SQLITE.corrupt, SQLITE.notADatabase].includes(sqliteCodeOf(error) ?? 0))
      throw new BadInput(`${file}: ${messageOf(error)}`, t.damagedFile)
    throw error
  }
}

export const show = (result: JsonObject, screen: JobScreen): string => drawn(result, screen)
