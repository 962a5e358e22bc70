import fs from "node:fs";
import path from "node:path";
import { readIfPresent } from "../core/whole-file";

interface BackendOf {
  readonly terraform?: { readonly backend?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

interface Initialised {
  readonly backend?: { readonly type: string; readonly config: Readonly<Record<string, unknown>> };
}

/**
 * Lets Terraform initialise a stack's directory again if it was last used for another state of the same store: for
 * another topology that has an account of the same name, or for a state that has been moved. Otherwise Terraform would
 * treat it as a change of the store, and ask whether to copy one state over the other. If the store itself has
 * changed, it must ask.
 */
export function forgetOtherState(directory: string): void {
  const file = path.join(directory, ".terraform", "terraform.tfstate");
  const last = JSON.parse(readIfPresent(file) ?? "{}") as Initialised;
  const stack = JSON.parse(fs.readFileSync(path.join(directory, "cdk.tf.json"), "utf8")) as BackendOf;
  if (last.backend === undefined) return;
  const { type, config } = last.backend;
  const now = stack.terraform?.backend?.[type];
  if (now === undefined || now["bucket"] !== (config["bucket"] ?? undefined)) return;
  const differs = ["path", "key"].some((name) => now[name] !== (config[name] ?? undefined));
  if (differs) fs.rmSync(file);
}
