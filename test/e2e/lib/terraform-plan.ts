import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { hostEnvironment } from "../../../setup/environment";
import { terraformParts, type TerraformParts } from "../../../setup/terraform-variables";

export interface PlanResult {
  readonly stack: string;
  /** Terraform's own: 0 nothing to change, 1 error, 2 changes. */
  readonly code: number | null;
  readonly output: string;
}

/** `terraform plan -detailed-exitcode` of every synthesised stack whose name matches, one after another. */
export async function planStacks(
  synthDirectory: string,
  matches: RegExp,
  env: NodeJS.ProcessEnv,
): Promise<readonly PlanResult[]> {
  const stacks = path.join(synthDirectory, "stacks");
  const parts = await terraformParts({ ...hostEnvironment(), env });
  const results: PlanResult[] = [];
  for (const stack of readdirSync(stacks).filter((name) => matches.test(name))) {
    results.push({ stack, ...(await plan(parts, path.join(stacks, stack))) });
  }
  return results;
}

function plan({ terraform, env }: TerraformParts, cwd: string): Promise<Omit<PlanResult, "stack">> {
  const child = spawn(
    terraform.path,
    ["plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock=false"],
    { cwd, env: { ...env } },
  );
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
