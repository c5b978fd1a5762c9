// Bytes that come in pieces, until they are whole. A piece costs some 400 bytes of its own, and who sends them chooses how
// small they are: 2 MB byte by byte took 860 MB of memory. So many small ones are copied together as they come.

/** Beyond this number small pieces are copied: what is sent in the usual way comes in fewer. */
const KEPT_AS_THEY_COME = 64
const BLOCK_BYTES = 16 * 1024
/** A larger one bears its own cost. */
const SMALL_BYTES = 4 * 1024

export interface Pieces {
  add(piece: Buffer): void
  /** In their order; together what was added. */
  all(): Buffer[]
}

export function gatherPieces(): Pieces {
  const done: Buffer[] = []
  let block = NOTHING
  /** What of the block is not among the pieces that are done: from here to there. */
  let from = 0
  let to = 0
  return {
    add(piece) {
      if (done.length < KEPT_AS_THEY_COME || piece.length >= SMALL_BYTES) {
        finish()
        done.push(piece)
        return
      }
      if (block.length - to < piece.length) {
        finish()
        block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
        from = to = 0
      }
      to += piece.copy(block, to)
    },
    all() {
      finish()
      return done
    },
  }

  function finish() {
    if (to > from) done.push(block.subarray(from, to))
    from = to
  }
}

const NOTHING = Buffer.alloc(0)
