import type { Construct } from "constructs";
import { ServiceLinkedRoleGrant } from "../constructs/kms/service-linked-role-grant";
import { must } from "../core/must";
import { keyReferenceId } from "../policy";
import type { LaunchGrant, LockedKey, LockedNamedKey } from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";
import type { FoundationKeysStack } from "./foundation-keys-stack";

export interface FoundationGrantsStackProps extends AccountStackProps {
  /** The keys stacks of all accounts. */
  readonly keys: readonly FoundationKeysStack[];
  /** The keys of all accounts. */
  readonly lockedKeys: readonly LockedKey[];
}

/**
 * The grants with which service-linked roles of an account launch under keys that the topology names, of any owner. They are created by
 * the launching account, because a grant by the key's owner does not allow launches in another account. They are in a separate stack, so that a role that
 * does not exist blocks nothing else.
 */
export class FoundationGrantsStack extends AccountStack {
  constructor(
    scope: Construct,
    private readonly grants: FoundationGrantsStackProps,
  ) {
    super(scope, "foundation-grants", grants);
    for (const key of grants.lockedKeys) {
      const { named } = key;
      if (named === undefined || key.state === "deleted") continue;
      for (const grant of named.launchGrants) {
        if (grant.account.id === grants.locked.account.id) this.add(key, named, grant);
      }
    }
  }

  private add({ declaration }: LockedKey, named: LockedNamedKey, { grantee }: LaunchGrant): void {
    const { topology, keys } = this.grants;
    const { account, region } = declaration;
    const id = keyReferenceId(declaration);
    const key = must(this.keyOfOthers(keys, declaration), `the key ${id}`);
    const role = [grantee.awsServiceName.split(".")[0], grantee.customSuffix ?? []].flat().join("-");
    new ServiceLinkedRoleGrant(this, `${named.name}-${named.generation}-${account}-${region}-${role}`, {
      grantName: grantName(topology.name, role),
      keyArn: key.keyArn,
      grantee,
      provider: this.provider(region),
    });
  }
}

/** Suffixes of roles can contain characters that are not allowed in names of grants. */
function grantName(topology: string, role: string): string {
  return `keyferry/${topology}/${role.replace(/[^\w:/-]/g, "-")}`;
}
