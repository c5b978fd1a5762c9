import { smaCross } from '../strategies/sma-cross.js'
export const needStrategy = async (_name: string | undefined, _job: unknown) => smaCross
