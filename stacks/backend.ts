import path from "node:path";
import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Topology } from "../topology";
import { credentialsOf } from "./credentials";
import { stackDir, type SynthSettings } from "./settings";

/**
 * Gives a stack its place for Terraform's state: one file a stack, local or in S3. Other stacks read it under the same
 * settings.
 */
export function addBackend(stack: TerraformStack, topology: Topology, settings: SynthSettings): void {
  const name = stack.node.id;
  const { state } = topology;
  if (state.kind === "local") {
    const file = path.join(settings.workspace.stateDir, `${name}.tfstate`);
    new LocalBackend(stack, { path: path.relative(stackDir(settings, name), file) });
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
