import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { KeyferryError } from "../../core/errors";

export interface MotoProcess {
  /** Port on 127.0.0.1. */
  readonly port: number;
  stop(): void;
}

/** Reading AWS's managed policies costs about 0.3 s and gives roles what they would have on AWS. */
const SETTINGS = {
  MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
  MOTO_ALLOW_NONEXISTENT_REGION: "true",
  // The owner of a bucket would not be known, so that nobody could say whether one account let another in.
  MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: "false",
};

/**
 * Starts moto on a free port with the given Python; it ends when this process does, however that ends.
 * @throws KeyferryError `MotoNotStarted` with moto's last words
 */
export async function startMoto(python: string): Promise<MotoProcess> {
  const child = spawn(python, [path.join(__dirname, "serve.py")], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...SETTINGS },
  });
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString("utf8")).slice(-2000);
  });
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (what: string): void =>
      reject(
        new KeyferryError(`moto did not start with ${python}: ${what} ${lastWords.trim()}`.trim(), {
          code: "MotoNotStarted",
          source: "tool",
          fix: "Run `npm run setup`, which finds or installs moto 5.2.1.",
        }),
      );
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with code ${String(code)}.`));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const match = /^port (\d+)$/.exec(line);
      if (match !== null) resolve(Number(match[1]));
    });
  });
  return { port, stop: () => void child.kill("SIGKILL") };
}
