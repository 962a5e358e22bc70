import { spawn } from "node:child_process";
import { hostEnvironment } from "../../../setup/environment";
import { terraformParts, type TerraformParts } from "../../../setup/terraform-variables";

export interface TerraformResult {
  /** Terraform's exit code: 0 success or no changes, 1 error, 2 changes. */
  readonly code: number | null;
  readonly output: string;
}

/** Terraform and its provider as `setup` finds them, with the test's environment. */
export function terraformIn(env: NodeJS.ProcessEnv): Promise<TerraformParts> {
  return terraformParts({ ...hostEnvironment(), env });
}

/** Runs one Terraform command in a directory and collects its output. */
export function runTerraform(
  { terraform, env }: TerraformParts,
  cwd: string,
  argv: readonly string[],
): Promise<TerraformResult> {
  const child = spawn(terraform.path, argv, { cwd, env: { ...env } });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
