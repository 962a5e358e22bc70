/** The methods that are needed of an output stream. */
type Output = Pick<NodeJS.WriteStream, "on" | "write">;

/** The reader no longer exists: it stopped reading (`| head`), or its terminal was closed. */
const GONE: readonly (string | undefined)[] = ["EPIPE", "EIO", "ECONNRESET", "ERR_STREAM_DESTROYED"];

/**
 * Ends a process that prints. A run continues if the reader of its output goes away. Output that could not be printed for another
 * reason (a full disk) turns exit code 0 into 1.
 * @param exit ends the process
 */
export function printing(outputs: readonly Output[], exit: (code: number) => void) {
  let isIncomplete = false;
  for (const output of outputs) {
    output.on("error", (error: NodeJS.ErrnoException) => {
      if (!GONE.includes(error.code)) isIncomplete = true;
    });
  }
  return {
    /** Exits once the readers have read everything: a pipe holds 64 KiB, and the rest would be lost. */
    async leave(code: number): Promise<void> {
      for (const output of outputs) await taken(output);
      exit(code === 0 && isIncomplete ? 1 : code);
    },
  };
}

function taken(output: Output): Promise<void> {
  return new Promise((resolve) => output.write("", () => resolve()));
}
