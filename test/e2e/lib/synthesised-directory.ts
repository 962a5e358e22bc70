import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Testing, type TerraformStack } from "cdktf";
import { TerraformDirectory } from "./terraform-directory";

type Configuration = Record<string, Record<string, unknown>>;

/** A stack as Terraform JSON, with its state in the working directory. */
export function configurationOf(stack: TerraformStack): Configuration {
  const configuration = JSON.parse(Testing.synth(stack)) as Configuration;
  delete configuration["terraform"]?.["backend"];
  return configuration;
}

/** A Terraform working directory with one stack. */
export async function synthesisedDirectory(
  stack: TerraformStack,
  env: NodeJS.ProcessEnv,
): Promise<TerraformDirectory> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-stack-"));
  try {
    writeFileSync(path.join(directory, "cdk.tf.json"), JSON.stringify(configurationOf(stack)));
    return await TerraformDirectory.served(directory, env);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
