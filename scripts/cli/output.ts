/** What a stream of output must be able to do. */
type Output = Pick<NodeJS.WriteStream, "on" | "write">;

/** The reader has gone: it had heard enough (`| head`), or its terminal was closed. */
const GONE: readonly (string | undefined)[] = ["EPIPE", "EIO", "ECONNRESET", "ERR_STREAM_DESTROYED"];

/**
 * The end of a process that prints. A reader that has gone ends nothing: a run goes on without being watched. What could
 * not be printed for another reason (a full disk) makes an exit code of 0 a lie.
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
    /** Exits once the readers have taken everything: a pipe holds 64 KiB, and the rest would be lost. */
    async leave(code: number): Promise<void> {
      for (const output of outputs) await taken(output);
      exit(code === 0 && isIncomplete ? 1 : code);
    },
  };
}

function taken(output: Output): Promise<void> {
  return new Promise((resolve) => output.write("", () => resolve()));
}
