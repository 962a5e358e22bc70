import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import pc from "picocolors";
import { KeyferryError } from "../core/errors";

/** Announces a stage, runs it, and says how long it took. */
export async function stage(title: string, work: () => Promise<void>): Promise<void> {
  console.log(`\n${pc.bold(`== ${title}`)}`);
  const start = Date.now();
  await work();
  console.log(pc.dim(`   (${((Date.now() - start) / 1000).toFixed(1)} s)`));
}

/** Runs a Keyferry command as a user would and shows its output. @throws KeyferryError if it fails */
export async function command(argv: readonly string[], env: NodeJS.ProcessEnv, shown: string): Promise<void> {
  console.log(pc.cyan(`$ ${shown}`));
  const child = spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "pipe"] });
  // A terminal also interrupts the command; a signal to the demo's process alone does not.
  const interrupt = () => void child.kill("SIGTERM");
  process.once("SIGTERM", interrupt);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      console.log(`   ${line}`);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => process.off("SIGTERM", interrupt));
  if (code === 0) return;
  throw new KeyferryError(`"${shown}" ended with exit code ${code}`, {
    code: "DemoStageFailed",
    source: "tool",
  });
}
