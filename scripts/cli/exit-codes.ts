/** The exit codes of commands; part of the public contract. */
export const EXIT = {
  done: 0,
  /** A copy job or a verification failed. */
  failed: 1,
  /** Wrong usage or configuration; nothing has been written. */
  usage: 2,
  /** A precondition is not met, another run is in progress, or a plan cannot read everything; nothing has been changed. */
  refused: 3,
  /** Of `diff --exit-code`: something would change. */
  changes: 4,
  /** Ctrl-C; the same command continues when it is run again. */
  interrupted: 130,
} as const;
