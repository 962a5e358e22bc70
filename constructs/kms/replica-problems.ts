import { isRegion } from "@keyferry/common";
import type { Construct } from "constructs";
import type { Statement } from "../../policy";
import { propError } from "../props";
import type { CustomerManagedKeyProps } from "./customer-managed-key";
import type { ReplicaKeyProps } from "./replica-key";

/**
 * Refuses a replica that AWS would refuse, or that no principal could use.
 * @throws KeyferryError PropInvalid
 */
export function checkReplica(
  key: Construct,
  primary: Pick<CustomerManagedKeyProps, "multiRegion" | "policy" | "environment">,
  replica: ReplicaKeyProps,
): void {
  if (primary.multiRegion !== true) {
    throw propError(
      key,
      "multiRegion",
      "false",
      "true for a key with replicas",
      "create a new key with it: an existing key cannot become a multi-Region key",
    );
  }
  const bound = typeof primary.policy === "function" ? undefined : regionIn(primary.policy ?? []);
  if (bound !== undefined) {
    throw propError(
      key,
      "policy",
      `limited to one Region ("${bound}"), so that the replica cannot be used in another`,
      "a function of the environment for a key with replicas",
      "write the Region as environment.region",
    );
  }
  checkEnvironments(key, primary.environment, replica.environment);
}

function checkEnvironments(
  key: Construct,
  primary: CustomerManagedKeyProps["environment"],
  replica: ReplicaKeyProps["environment"],
): void {
  if (primary === undefined || replica === undefined) return;
  const { partition, account } = primary;
  if (replica.partition !== partition || replica.account !== account) {
    const got = `account ${replica.account} in ${replica.partition}`;
    throw propError(
      key,
      "environment of a replica",
      got,
      `account ${account} in ${partition}, the key's own`,
    );
  }
  if (replica.region === primary.region) {
    throw propError(key, "environment of a replica", primary.region, "a Region other than the key's own");
  }
}

/** The first condition value that names a Region, such as `ec2.eu-west-1.amazonaws.com`. */
function regionIn(statements: readonly Statement[]): string | undefined {
  const values = statements.flatMap(({ conditions = {} }) =>
    Object.values(conditions).flatMap((keys) => Object.values(keys).flat()),
  );
  return values.find((value) => value.split(/[.:/]/).some(isRegion));
}
