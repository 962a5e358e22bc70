/** How often it is looked whether files are still being written, and for how long at most: milliseconds. */
const LOOK_MS = 5;
const AT_MOST_MS = 2000;

/**
 * Ends the process when the files that are being written are written whole. The TypeScript loader writes what it has compiled in the
 * background: a command that ended at once would leave an empty entry for each file, and compile everything anew the next time.
 */
export function endProcess(code: number): void {
  const since = Date.now();
  const look = (): void => {
    const isWriting = process.getActiveResourcesInfo().includes("FSReqPromise");
    if (isWriting && Date.now() - since < AT_MOST_MS) setTimeout(look, LOOK_MS);
    // eslint-disable-next-line no-restricted-properties -- here alone the processes of the command and of the synthesis end
    else process.exit(code);
  };
  look();
}
