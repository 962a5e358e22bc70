import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import { regionsOf } from "@keyferry/common";
import { LINEAGE_TAGS, type LockedAccount, type Topology } from "../topology";
import { credentialsOf } from "./credentials";

/**
 * The provider of a Region, which constructs refer to. Its stack writes it, together with those of all other Regions (`providersOf`).
 */
export class RegionProvider extends AwsProvider {
  constructor(scope: Construct, region: string) {
    super(scope, `aws-${region}`, { alias: region, region });
  }

  protected override synthesizeAttributes(): Record<string, never> {
    return {};
  }
}

/**
 * The providers of an account in all Regions of its partition, as Terraform reads them. Also in those in which a stack has nothing any
 * more, or never had: Terraform needs the provider with which a resource was made to take it out, and nothing here knows in which
 * Regions the state still has some. Terraform starts none that it does not need.
 * @param used Regions of the stack, which may be newer than the list of Regions
 */
export function providersOf(
  { name }: Topology,
  { account, partition }: LockedAccount,
  used: readonly string[],
): readonly object[] {
  const { profile, assumeRole } = credentialsOf(account, partition);
  const common = {
    allowed_account_ids: [account.id],
    default_tags: [{ tags: { [LINEAGE_TAGS.topology]: name } }],
    ...(profile === undefined ? {} : { profile }),
    ...(assumeRole === undefined
      ? {}
      : { assume_role: [{ role_arn: assumeRole.roleArn, session_name: assumeRole.sessionName }] }),
  };
  return [...new Set([...used, ...regionsOf(partition)])].map((region) => ({
    alias: region,
    region,
    ...common,
  }));
}
