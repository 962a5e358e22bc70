import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { CopyKeyPurpose, LockedKey, Topology } from "../topology";
import { keyConstructId } from "./key-addresses";

const PURPOSES: Readonly<Record<CopyKeyPurpose, string>> = {
  home: "copies of images end under this key",
  transit: "copies of images travel under this key to other accounts",
  buckets: "what is in buckets is under this key",
};

/** A key that the foundation makes for copies or buckets, with its alias; whom it lets in is granted afterwards. */
export function foundationKey(
  stack: Construct,
  topology: Topology,
  { declaration, state, rotationPeriodInDays }: LockedKey,
  provider: TerraformProvider,
): CustomerManagedKey {
  const { region, alias } = declaration;
  const purpose = declaration.purpose as CopyKeyPurpose;
  return new CustomerManagedKey(stack, keyConstructId(purpose, region), {
    alias,
    description: `Keyferry ${topology.name}: ${PURPOSES[purpose]}`,
    environment: declaration,
    enabled: state !== "disabled",
    ...(rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
    provider,
  });
}
