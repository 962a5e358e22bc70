import path from "node:path";
import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import { terraformText } from "../core/terraform-text";
import type { Topology } from "../topology";
import { credentialsOf } from "./credentials";
import { stackDir, type SynthSettings } from "./settings";

/**
 * Sets the place of a stack's Terraform state: one file for each topology and stack, local or in S3. Other stacks read it with
 * the same settings.
 * @param name under which the state is stored; stays the same when the account is renamed or dropped
 */
export function addBackend(
  stack: TerraformStack,
  topology: Topology,
  name: string,
  settings: SynthSettings,
): void {
  const { state } = topology;
  if (state.kind === "local") {
    const file = localStateFile(settings, topology, name);
    new LocalBackend(stack, { path: terraformText(path.relative(stackDir(settings, stack.node.id), file)) });
    return;
  }
  const { profile, assumeRole } = credentialsOf(state.account, topology.partition);
  const backend = new S3Backend(stack, {
    bucket: state.bucket,
    key: `${topology.name}/${name}.tfstate`,
    region: state.region,
    encrypt: true,
    allowedAccountIds: [state.account.id],
    ...(profile === undefined ? {} : { profile }),
    ...(assumeRole === undefined ? {} : { assumeRole }),
    ...(settings.endpoint === undefined
      ? {}
      : { endpoints: { s3: settings.endpoint, sts: settings.endpoint }, usePathStyle: true }),
  });
  backend.addOverride("use_lockfile", true);
}

/** The local state of a stack; the topology is part of the path, so that two of them never share one. */
export function localStateFile(settings: SynthSettings, topology: Topology, name: string): string {
  return path.join(settings.workspace.stateDir, topology.name, `${name}.tfstate`);
}
