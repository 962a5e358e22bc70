import type { RequestPrincipal } from "@keyferry/evaluator";
import {
  accountsIn,
  askIdentityPolicy,
  askKeyPolicy,
  callersOf,
  contextFor,
  keyMeantBy,
  refuses,
} from "../ask";
import { inStatement, judge } from "../judge";
import type { LintPolicy, LintStatement } from "../policy";
import { covers } from "../statement";
import type { Rule } from "../types";
import { viaServices } from "../via-service";

export const volumesWithoutCreateGrant: Rule = {
  id: "volumes-without-create-grant",
  appliesTo: ["key", "identity"],
  title: "the key is used for volumes without kms:CreateGrant",
  explanation:
    "EC2 uses a volume's key through a grant that it creates with the caller's permission; without kms:CreateGrant an instance stops with \"Client error on launch\" and a copy fails, even if every other permission is allowed",
  fix: "allow kms:CreateGrant to the same principals on the same key, with Bool kms:GrantIsForAWSResource true",
  source:
    "EBS user guide, Amazon EBS encryption: required permissions; KMS developer guide, Grants for AWS services",
  check: (policy) =>
    judge(
      policy.statements.filter((statement) => usesKeyForVolumes(statement, policy)),
      (statement) =>
        lacksGrant(statement, policy)
          ? [
              inStatement(
                statement,
                "the key is used for volumes, and kms:CreateGrant is not allowed with it",
                `${statement.place}.Action`,
              ),
            ]
          : [],
    ),
};

/** What EC2 does with a key for a volume. */
const USES = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"];
/** Calls in which EC2 opens or creates a volume or a snapshot. */
const EC2_CALLS = [
  "StartInstances",
  "RunInstances",
  "CopyImage",
  "CopySnapshot",
  "CreateVolume",
  "AttachVolume",
].map((name) => `ec2:${name}`);
const FOR_AWS = { "kms:GrantIsForAWSResource": "true" };

/** Service-linked roles that launch instances, and use a key only for their volumes. */
const LAUNCHING = /:role\/aws-service-role\/(autoscaling|spot|spotfleet|ec2fleet)\.amazonaws\.com\//;

function launchesInstances({ roleArn = "" }: RequestPrincipal): boolean {
  return LAUNCHING.test(roleArn);
}

function usesKeyForVolumes(statement: LintStatement, { kind, statements }: LintPolicy): boolean {
  if (!statement.allows || !USES.some((action) => covers(statement, action))) return false;
  if (throughEc2(statement)) return true;
  if (kind === "key") return callersOf(statement, []).some(launchesInstances);
  return (
    viaServices([statement]).length === 0 &&
    statement.actions.every(({ text }) => text !== "*") &&
    statements.some((other) => other.allows && EC2_CALLS.some((action) => namesCall(other, action)))
  );
}

/** A lone `*` does not show which action is intended. */
function namesCall(statement: LintStatement, action: string): boolean {
  return covers(statement, action) && statement.actions.every(({ text }) => text !== "*");
}

function throughEc2(statement: LintStatement): boolean {
  return viaServices([statement]).some(({ text }) => /^ec2\./.test(text));
}

/** A caller may use the key for volumes, but may not create the grant. */
function lacksGrant(statement: LintStatement, policy: LintPolicy): boolean {
  const used = USES.find((action) => covers(statement, action)) ?? "kms:Decrypt";
  const context = contextFor(statement);
  const grant = { ...context, ...FOR_AWS };
  if (policy.kind === "identity") {
    return statement.resources.some(({ text }) => {
      const key = keyMeantBy(text, policy);
      if (key === undefined) return false;
      const allowed = askIdentityPolicy(policy, used, key, context).allowed;
      return allowed && refuses(askIdentityPolicy(policy, "kms:CreateGrant", key, grant));
    });
  }
  return callersOf(statement, accountsIn(policy)).some((principal) => {
    const allowed = askKeyPolicy(policy, { action: used, principal, context }).allowed;
    return allowed && refuses(askKeyPolicy(policy, { action: "kms:CreateGrant", principal, context: grant }));
  });
}
