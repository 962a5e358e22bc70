import { parseArn } from "@keyferry/common";
import type { DecidingPolicy, Denial } from "./denial";
import type { Explanation } from "./explanation";

/**
 * What a denial's message alone says, without reading any policy. `account` is absent if the organisation's
 * administrator must act.
 */
export type DenialCause = Omit<Explanation, "code" | "reason"> & { readonly cause: string };

/** Who can change a policy of a kind; `<who>` is the principal, `<account>` its account, `<owner>` the resource's. */
const BY_POLICY: Readonly<Record<Exclude<DecidingPolicy, "identity-based policy">, string>> = {
  "resource-based policy": "account <owner> must let <who> in by the policy of <resource>",
  "permissions boundary": "account <account> must widen the permissions boundary of <who>",
  "session policy":
    "the caller that assumes <who> passes a session policy that is too narrow; keyferry passes none: check your credential process",
  "service control policy":
    "the organisation's management account must change its service control policy for account <account>",
  "resource control policy":
    "the organisation's management account must change its resource control policy for account <owner>",
  "VPC endpoint policy":
    "the owner of the VPC endpoint through which this machine calls AWS must change its policy",
};

const OF_THE_ORGANISATION: readonly DecidingPolicy[] = ["service control policy", "resource control policy"];

/** The account that called and the account of the resource, 12 digits each; undefined if the message does not name them. */
export function accountsOf(
  { principal, resource = "" }: Denial,
  called?: string,
): { readonly caller: string | undefined; readonly owner: string | undefined } {
  const caller = parseArn(principal)?.account || called;
  return { caller, owner: parseArn(resource)?.account || caller };
}

/**
 * Why a call was denied, and who must allow it. Across accounts a key needs both halves: its own policy, and the caller's.
 * Source: KMS developer guide, "Allowing users in other accounts to use a KMS key".
 * @param called the account that was called, 12 digits. @default - not known
 */
export function denialCause(denial: Denial, called?: string): DenialCause {
  const { action, resource = "*", policy, reason } = denial;
  const { caller, owner } = accountsOf(denial, called);
  const who = shortName(denial.principal);
  if (reason === "withheld") return withheldCause(denial, who, caller);
  if (reason !== "denied" && action.startsWith("kms:") && isServiceLinked(denial.principal))
    return serviceLinkedCause(denial, who, { caller, owner });
  const verb = reason === "denied" ? "is forbidden by" : "is not allowed by";
  if (policy !== undefined && policy !== "identity-based policy") {
    const fix = BY_POLICY[policy]
      .replace(/<who>/g, who)
      .replace(/account <account>/g, named(caller))
      .replace(/account <owner>/g, named(owner))
      .replace(/<resource>/g, resource);
    const theirs = policy === "resource-based policy" ? owner : caller;
    const account = OF_THE_ORGANISATION.includes(policy) ? undefined : theirs;
    return { cause: `${action} ${verb} a ${policy}`, fixes: [fix], ...(account && { account }) };
  }
  const allowed = `${action} on ${resource}`;
  const own =
    reason === "denied"
      ? `${named(caller)} must remove the statement that denies ${allowed} to ${who}`
      : `${named(caller)} must allow ${allowed} to ${who}`;
  const isAcross = owner !== caller && action.startsWith("kms:");
  const other = `${named(owner)} must allow it to ${named(caller)} in the policy of that key`;
  return {
    cause: `${allowed} ${verb} ${policy === undefined ? "any policy" : `an ${policy}`}`,
    fixes: isAcross ? [own, other] : [own],
    ...(caller && { account: caller }),
    ...(reason === undefined && unnamedPolicy(denial, who, caller)),
  };
}

/**
 * Nobody can attach a policy to a service-linked role: a key of its account allows it by the key policy, and a key of another account by a grant that
 * its own account creates. Source: EC2 Auto Scaling user guide, "Required AWS KMS key policy for use with encrypted volumes".
 */
function serviceLinkedCause(
  { action, resource = "the key" }: Denial,
  who: string,
  { caller, owner }: ReturnType<typeof accountsOf>,
): DenialCause {
  if (owner === caller) {
    return {
      cause: `the policy of the key does not let the service-linked ${who} call ${action}`,
      fixes: [
        `${named(owner)} must let ${who} in by the policy of ${resource}, with kms:CreateGrant for kms:GrantIsForAWSResource: a service-linked role has no other policy that could be changed`,
      ],
      ...(owner && { account: owner }),
    };
  }
  return {
    cause: `no grant lets the service-linked ${who} use the key of another account; no key policy can`,
    fixes: [
      `${named(caller)} must create the grant: aws kms create-grant --key-id ${resource} --grantee-principal <the role's ARN> --operations CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo`,
      `${named(owner)} must allow kms:CreateGrant to ${named(caller)} in the policy of that key`,
    ],
    ...(caller && { account: caller }),
  };
}

/** By its path or, in the ARN of a session, by its name. */
function isServiceLinked(principal: string): boolean {
  return /:assumed-role\/AWSServiceRoleFor|:role\/aws-service-role\//.test(principal);
}

/** If AWS does not say which policy decided, the cause may also be an explicit deny. */
function unnamedPolicy(
  { action, resource = "*" }: Denial,
  who: string,
  caller: string | undefined,
): Pick<DenialCause, "others" | "distinguish"> {
  return {
    others: [
      {
        cause: `a statement denies ${action}: in a policy of ${who}, its permissions boundary, the resource's policy, or a policy of the organisation`,
        fix: "the owner of that policy must change the statement, or the call must meet its conditions",
      },
    ],
    distinguish: `the event of the call in CloudTrail of ${named(caller)} has the kind of policy in errorMessage; \`aws iam simulate-principal-policy --policy-source-arn <the ARN of the role or user> --action-names ${action} --resource-arns ${resource}\` evaluates the principal's own policies and boundary`,
  };
}

/** KMS does not say whether a key exists to a caller that has no access to it. */
function withheldCause({ action }: Denial, who: string, caller: string | undefined): DenialCause {
  return {
    cause: `the policy of the key does not let ${who} call ${action}`,
    fixes: [
      `the key's account must let ${who} in by the policy of the key; for a key of another account, ${named(caller)} must also allow ${action} on the key's ARN to it`,
    ],
    others: [
      {
        cause:
          "the key does not exist in the Region of the call: it is in another Region, it was deleted, or its id is misspelled",
        fix: "call the Region that the key's ARN names; a ciphertext is decrypted in the Region of its key, or of a related multi-Region key",
      },
      {
        cause: `a statement of the key's policy denies ${action}`,
        fix: "the key's account must change that statement, or the call must meet its conditions, such as kms:ViaService",
      },
    ],
    distinguish:
      "`aws kms describe-key --key-id <the key>` by an administrator of the key's account, in the Region of the call, shows whether the key exists; `aws kms get-key-policy` shows which principals it allows",
  };
}

const named = (account: string | undefined) =>
  account === undefined ? "the account of the call" : `account ${account}`;

/** `arn:aws:sts::222222222222:assumed-role/runner/session` -> `role runner of 222222222222` */
export function shortName(principal: string): string {
  const arn = parseArn(principal);
  const [kind = "", name = ""] = arn?.resource.split("/") ?? [];
  return kind === "assumed-role" ? `role ${name} of ${arn?.account}` : principal;
}
