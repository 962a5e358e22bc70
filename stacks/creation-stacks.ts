/**
 * Runs something without the stack traces that the framework takes of each of its tokens, which would cost more than
 * writing the stacks: it takes them of plain objects, and errors keep theirs. The framework has no option for it.
 */
export function withoutCreationStacks<T>(run: () => T): T {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = (target, below) => {
    if (target instanceof Error) captureStackTrace(target, below);
  };
  try {
    return run();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
