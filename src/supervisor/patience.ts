// How long an answer is waited for. What was asked goes on: a late answer is still an answer.

/** Rejects when there is none within the time. */
export async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswerYet(ms)), ms)
  })
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer))
}

export class NoAnswerYet extends Error {
  override readonly name = 'NoAnswerYet'
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`)
  }
}
