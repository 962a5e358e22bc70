import { parseArn } from "../../../core/arn";
import type { DecidingPolicy, Denial } from "./denial";

/** What a denial's own words tell, without looking at any policy. */
export interface DenialCause {
  readonly cause: string;
  readonly fixes: readonly string[];
  /** 12 digits; whose administrator must act. Absent where it is the organisation's. */
  readonly account?: string;
}

/** Who can change a policy of a kind; `<who>` is the principal, `<account>` its account, `<owner>` the resource's. */
const BY_POLICY: Readonly<Record<Exclude<DecidingPolicy, "identity-based policy">, string>> = {
  "resource-based policy": "account <owner> must let <who> in by the policy of <resource>",
  "permissions boundary": "account <account> must widen the permissions boundary of <who>",
  "session policy":
    "whoever assumes <who> passes a session policy that is too narrow; keyferry passes none: see your credential process",
  "service control policy":
    "the organisation's management account must change its service control policy for account <account>",
  "resource control policy":
    "the organisation's management account must change its resource control policy for account <owner>",
  "VPC endpoint policy":
    "the owner of the VPC endpoint through which this machine calls AWS must change its policy",
};

const OF_THE_ORGANISATION: readonly DecidingPolicy[] = ["service control policy", "resource control policy"];

/** The account that called and the account of the resource, 12 digits each; undefined where the words do not tell. */
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
 * @param called account that was called, 12 digits. @default - not known
 */
export function denialCause(denial: Denial, called?: string): DenialCause {
  const { action, resource = "*", policy, reason } = denial;
  const { caller, owner } = accountsOf(denial, called);
  const who = shortName(denial.principal);
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
      ? `${named(caller)} must take away the statement that denies ${allowed} to ${who}`
      : `${named(caller)} must allow ${allowed} to ${who}`;
  const isAcross = owner !== caller && action.startsWith("kms:");
  const other = `${named(owner)} must let ${named(caller)} do it by the policy of that key`;
  return {
    cause: `${allowed} ${verb} ${policy === undefined ? "any policy" : `an ${policy}`}`,
    fixes: isAcross ? [own, other] : [own],
    ...(caller && { account: caller }),
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
