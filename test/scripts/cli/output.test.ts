import { Writable } from "node:stream";
import { printing } from "../../../scripts/cli/output";

/** A reader that reads its input later, or refuses it. */
function reader(answer: (text: string) => Error | undefined = () => undefined) {
  const taken: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) =>
      void setImmediate(() => {
        taken.push(text);
        done(answer(text));
      }),
  });
  return { taken, stream: stream as unknown as NodeJS.WriteStream };
}

const failing = (code: string) => () => Object.assign(new TypeError(code), { code });

/** What a process prints, and how it exits. */
async function exitOf(code: number, ...readers: readonly ReturnType<typeof reader>[]): Promise<number> {
  return new Promise((resolve) => {
    const { leave } = printing(
      readers.map(({ stream }) => stream),
      resolve,
    );
    for (const { stream } of readers) for (const text of ["a", "b"]) stream.write(text);
    void leave(code);
  });
}

describe("the end of a process that prints", () => {
  it("waits until its readers have read everything, and keeps the exit code", async () => {
    const [results, progress] = [reader(), reader()];
    expect(await exitOf(3, results, progress)).toBe(3);
    expect(results.taken.join("")).toBe("ab");
    expect(progress.taken.join("")).toBe("ab");
  });

  it.each(["EPIPE", "EIO"])("keeps its exit code if a reader has closed its end (%s)", async (code) => {
    expect(await exitOf(0, reader(failing(code)), reader())).toBe(0);
    expect(await exitOf(130, reader(failing(code)))).toBe(130);
  });

  it("is not a success if output could not be printed for another reason", async () => {
    expect(await exitOf(0, reader(failing("ENOSPC")))).toBe(1);
    expect(await exitOf(3, reader(failing("ENOSPC")))).toBe(3);
  });
});
