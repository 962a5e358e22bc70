import { parseArn } from "@keyferry/common";
import type { NamedDocument } from "@keyferry/evaluator";
import type { Account, Place, Topology } from "../../../topology";
import type { ReadContext } from "../context";

/** A policy, or one sentence about what could not be read. */
export type Read<T> = { readonly value: T } | { readonly unread: string };

/** The policies that the foundation gives an account's runner role. */
export async function readRolePolicies(
  context: ReadContext,
  account: Account,
): Promise<Read<readonly NamedDocument[]>> {
  try {
    const policies = await context.aws.roles(account).ownPolicies(account.runnerRole);
    return {
      value: policies.map(({ name, document }) => ({
        name: `policy ${name} of role ${account.runnerRole}`,
        document: JSON.parse(document) as unknown,
      })),
    };
  } catch {
    return { unread: `account ${account.id}: the policies of role ${account.runnerRole} could not be read` };
  }
}

/** The policy of a key, read in the account that owns it. */
export async function readKeyPolicy(context: ReadContext, keyArn: string): Promise<Read<NamedDocument>> {
  const owner = keyPlace(context.topology, keyArn);
  const unread = {
    unread: `account ${parseArn(keyArn)?.account}: the policy of key ${keyArn} could not be read`,
  };
  if (owner === undefined) return unread;
  try {
    const text = await context.aws.keys(owner).keyPolicy(keyArn);
    return { value: { name: `policy of key ${keyArn}`, document: JSON.parse(text) as unknown } };
  } catch {
    return unread;
  }
}

/** Where a key lives; undefined when its account is not in the topology. */
export function keyPlace(topology: Topology, keyArn: string): Place | undefined {
  const arn = parseArn(keyArn);
  const account = topology.accounts.find((candidate) => candidate.id === arn?.account);
  return arn === undefined || account === undefined ? undefined : { account, region: arn.region };
}
