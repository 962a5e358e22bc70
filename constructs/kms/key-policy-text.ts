import type { Construct } from "constructs";
import { KeyferryError } from "../../core/errors";
import {
  DELETION_GUARD,
  keyOwnerPolicy,
  keyReferenceId,
  keyUserPolicy,
  MAX_KEY_POLICY_SIZE,
  proofTarget,
  renderPolicy,
  type KeyAccess,
  replicaKeyPolicy,
  type KeyEnvironment,
  type Statement,
} from "../../policy";
import { propError } from "../props";
import { tokenText } from "../token-text";
import type { CustomerManagedKeyProps } from "./customer-managed-key";
import type { KeyGrants } from "./key-grants";

type PolicyProps = Pick<CustomerManagedKeyProps, "policy" | "removalPolicy">;

/**
 * The key policy in the form that Terraform expects; undefined: AWS's default key policy.
 * @throws KeyferryError PropInvalid when KMS would refuse it
 */
export function keyPolicyText(
  key: Construct,
  props: PolicyProps,
  environment: KeyEnvironment,
  grants: KeyGrants,
): string | undefined {
  const statements = keyStatements(props, environment, grants);
  return statements === undefined ? undefined : policyText(key, statements);
}

/** The key policy, with the deletion guard only if the key is retained; undefined: AWS's default key policy. */
function keyStatements(
  { policy, removalPolicy }: PolicyProps,
  environment: KeyEnvironment,
  grants: KeyGrants,
): readonly Statement[] | undefined {
  const isRetained = removalPolicy !== "destroy";
  if (policy === undefined && grants.isNobody && !isRetained) return undefined;
  const statements = [
    ...(typeof policy === "function" ? policy(environment) : (policy ?? keyOwnerPolicy(environment))),
    // If nothing is granted, the environment is not read: each part that is not known becomes a data source.
    ...(grants.isNobody ? [] : grantedStatements(environment, grants)),
  ];
  if (!isRetained) return statements.filter(({ sid }) => sid !== DELETION_GUARD.sid);
  return statements.some(({ sid }) => sid === DELETION_GUARD.sid)
    ? statements
    : [...statements, DELETION_GUARD];
}

function grantedStatements(environment: KeyEnvironment, grants: KeyGrants): readonly Statement[] {
  const { partition, region } = environment;
  return [
    ...keyUserPolicy(accessOf(environment, grants)),
    ...replicaKeyPolicy({ partition, region, writers: grants.replicaWriters }),
  ];
}

function accessOf(
  { partition, account, region }: KeyEnvironment,
  { copiers, databaseCopiers, launches, ebsDefault, launchGrants, shares, roles }: KeyGrants,
): KeyAccess {
  return {
    ...{ partition, account, region, copiers, databaseCopiers, launches, ebsDefault },
    ...(launchGrants === undefined ? {} : { launchGrants }),
    ...(shares === undefined ? {} : { shares }),
    roles,
  };
}

function policyText(key: Construct, statements: readonly Statement[]): string {
  const size = JSON.stringify(renderPolicy(statements, proofTarget)).length;
  if (size > MAX_KEY_POLICY_SIZE) {
    throw propError(
      key,
      "policy",
      `${size} characters long`,
      `at most ${MAX_KEY_POLICY_SIZE} characters`,
      "allow fewer accounts, or use one key for each group of accounts",
    );
  }
  const keyArn = (other: Parameters<typeof keyReferenceId>[0]) => {
    throw new KeyferryError(
      `${key.node.path}: a key policy can refer only to its own key, not to ${keyReferenceId(other)}`,
      {
        code: "PropInvalid",
        source: "user",
        fix: 'write the resource as "*", which means this key',
      },
    );
  };
  return JSON.stringify(renderPolicy(statements, { keyArn, text: tokenText }));
}
