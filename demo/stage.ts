import { spawn } from "node:child_process";
import pc from "picocolors";
import { KeyferryError } from "../core/errors";

/** Announces a stage, runs it, and says how long it took. */
export async function stage(title: string, work: () => Promise<void>): Promise<void> {
  console.log(`\n${pc.bold(`== ${title}`)}`);
  const start = Date.now();
  await work();
  console.log(pc.dim(`   (${((Date.now() - start) / 1000).toFixed(1)} s)`));
}

/** Runs one of the product's own commands as a user would, its output passed through. @throws KeyferryError when it fails */
export async function command(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
  shown: string,
): Promise<void> {
  console.log(pc.cyan(`$ ${shown}`));
  const child = spawn(process.execPath, argv, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) {
    throw new KeyferryError(`"${shown}" ended with exit code ${code}`, {
      code: "DemoStageFailed",
      source: "tool",
    });
  }
}
