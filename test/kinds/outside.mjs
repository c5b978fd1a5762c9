// A kind from outside, plain JavaScript: `frota` is found from wherever it lies.
import { SESSION_EXIT, SessionExit } from 'frota'

export async function run() {
  throw new SessionExit(SESSION_EXIT.planLimit, 'from outside')
}
