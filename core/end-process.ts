/** How often to check whether files are still being written, and the maximum wait, in milliseconds. */
const LOOK_MS = 5;
const AT_MOST_MS = 2000;

/**
 * Ends the process when all files that are being written are complete. The TypeScript loader writes compiled files in the background: a
 * command that ended immediately would leave an empty entry for each file, and compile everything again the next time.
 */
export function endProcess(code: number): void {
  const since = Date.now();
  const look = (): void => {
    const isWriting = process.getActiveResourcesInfo().includes("FSReqPromise");
    if (isWriting && Date.now() - since < AT_MOST_MS) setTimeout(look, LOOK_MS);
    // eslint-disable-next-line no-restricted-properties -- the only place where the processes of the command and of the synthesis end
    else process.exit(code);
  };
  look();
}
