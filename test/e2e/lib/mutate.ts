import {
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import type { Administrator } from "../../../demo/clients";
import type { PolicyDocument } from "../../../policy";
import { mutations } from "../../../policy/proof/mutations";

/** A deployed policy, read and written through the cloud's own APIs. */
export interface DeployedPolicy {
  read(): Promise<string>;
  write(text: string): Promise<unknown>;
}

export function keyPolicy({ kms }: Administrator, KeyId: string): DeployedPolicy {
  const name = { KeyId, PolicyName: "default" };
  return {
    read: async () => (await kms.send(new GetKeyPolicyCommand(name))).Policy ?? "",
    write: (Policy) => kms.send(new PutKeyPolicyCommand({ ...name, Policy })),
  };
}

export function rolePolicy({ iam }: Administrator, RoleName: string): DeployedPolicy {
  const name = { RoleName, PolicyName: "runner" };
  return {
    read: async () =>
      decodeURIComponent((await iam.send(new GetRolePolicyCommand(name))).PolicyDocument ?? ""),
    write: (PolicyDocument) => iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument })),
  };
}

export function trustPolicy({ iam }: Administrator, RoleName: string): DeployedPolicy {
  return {
    read: async () => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    },
    write: (PolicyDocument) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
  };
}

/** Applies the only mutation of a row whose text matches while `work` runs, and restores the policy. */
export async function mutated(
  policy: DeployedPolicy,
  row: string,
  what: RegExp,
  work: () => Promise<void>,
): Promise<void> {
  const before = await policy.read();
  const found = mutations(JSON.parse(before) as PolicyDocument).filter(
    (mutation) => mutation.kind === "narrowed" && mutation.row === row && what.test(mutation.what),
  );
  if (found.length !== 1) {
    throw new Error(`${found.length} mutations of ${row} match ${String(what)} in ${before}`);
  }
  await policy.write(JSON.stringify(found[0]?.document));
  try {
    await work();
  } finally {
    await policy.write(before);
  }
}
