import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";

const ROOT = path.join(__dirname, "..");

/** A rehearsal cloud in a separate process, which the caller must kill. @param options options of its command */
export function startSandbox(
  options: readonly string[] = [],
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const argv = ["-r", "./bin/typescript.js", "sandbox/main.ts", "--port", "0", ...options];
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const url = /AWS_ENDPOINT_URL=(http:\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve({ child, url });
    });
    child.once("exit", (code) => reject(new TypeError(`the sandbox ended with ${code}`)));
  });
}
