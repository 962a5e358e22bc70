/** What the command's exit code says; part of the contract. */
export const EXIT = {
  done: 0,
  /** A copy job failed, or a proof did. */
  failed: 1,
  /** Wrong usage or configuration; nothing has been written. */
  usage: 2,
  /** A precondition does not hold, another run is at work, or a plan cannot see everything; nothing has been changed. */
  refused: 3,
  /** Of `diff --exit-code`: something would change. */
  changes: 4,
  /** Ctrl-C; the same command goes on. */
  interrupted: 130,
} as const;
