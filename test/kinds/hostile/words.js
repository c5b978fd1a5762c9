/** Colours, clears, renames the window, hides, turns the direction of reading, and forges a line of ours. */
export const HOSTILE =
  '\x1b]0;taken over\x07\x1b[2J\x1b[31mred\x1b[8m\x9b1A\u202eback\rwards\u2066\nStarted acme/forged.\n'
