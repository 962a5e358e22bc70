import { readdirSync } from "node:fs";
import path from "node:path";
import { runTerraform, terraformIn, type TerraformResult } from "./terraform-run";

export interface PlanResult extends TerraformResult {
  readonly stack: string;
}

/** `terraform plan -detailed-exitcode` of every synthesised stack whose name matches, one after another. */
export async function planStacks(
  synthDirectory: string,
  matches: RegExp,
  env: NodeJS.ProcessEnv,
): Promise<readonly PlanResult[]> {
  const stacks = path.join(synthDirectory, "stacks");
  const parts = await terraformIn(env);
  const plan = ["plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock=false"];
  const results: PlanResult[] = [];
  for (const stack of readdirSync(stacks).filter((name) => matches.test(name))) {
    results.push({ stack, ...(await runTerraform(parts, path.join(stacks, stack), plan)) });
  }
  return results;
}
