/**
 * Runs something without the stack traces that the framework takes of each of its tokens, which would cost more than
 * writing the stacks: it takes them of plain objects, and errors keep theirs. The framework has no option for it.
 */
export function withoutCreationStacks<T>(run: () => T): T {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (error: unknown, frames) => {
    if (!(error instanceof Error)) return "";
    return before === undefined
      ? [String(error), ...frames].join("\n    at ")
      : (before(error, frames) as unknown);
  };
  try {
    return run();
  } finally {
    if (before === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Error.prepareStackTrace = before;
  }
}
