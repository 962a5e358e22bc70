import { parseArn, roleArn } from "../../../core/arn";
import { RUNNER_ROWS } from "../../../policy";
import { evaluate, type AccessRequest, type NamedDocument } from "../../../policy/evaluate";
import type { Account } from "../../../topology";
import type { AwsCallError } from "../../aws";
import type { LookContext } from "../context";
import type { DecidingPolicy, Denial } from "./denial";
import { DEPLOY } from "./entry";
import type { Explanation } from "./explanation";
import { readKeyPolicy, readRolePolicies } from "./read-policies";

/** What a policy of a kind does, and who can change it; `<who>` is the principal, `<account>` its account. */
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

/**
 * A denial that names who, what and on which resource. The policies of the runner role, and of a key in an account of
 * the topology, are read and evaluated; what cannot be read is left to AWS's own words.
 */
export async function explainDeniedCall(
  context: LookContext,
  error: AwsCallError,
  denial: Denial,
): Promise<Explanation> {
  const { action, resource = "*", principal } = denial;
  const caller = parseArn(principal)?.account ?? error.site.account;
  const owner = parseArn(resource)?.account || caller;
  const who = shortName(principal);
  const fill = (text: string) =>
    text
      .replace(/<who>/g, who)
      .replace(/<account>/g, caller)
      .replace(/<owner>/g, owner)
      .replace(/<resource>/g, resource);
  const base = { code: error.answer.code, reason: error.message };
  const verb = denial.reason === "denied" ? "is forbidden by" : "is not allowed by";
  const { policy } = denial;
  if (policy !== undefined && policy !== "identity-based policy") {
    const cause = `${action} ${verb} a ${policy}`;
    const fixes = [fill(BY_POLICY[policy])];
    const side = policy.startsWith("resource-based") ? { account: owner } : { account: caller };
    const isOurs = policy === "service control policy" || policy === "resource control policy";
    return { ...base, cause, fixes, ...(isOurs ? {} : side) };
  }
  const found = await decode(context, error, denial, caller, owner);
  return {
    ...base,
    cause:
      found.cause ??
      `${action} on ${resource} ${verb} ${policy === undefined ? "any policy" : "an " + policy}`,
    fixes: found.fixes,
    account: found.account ?? caller,
  };
}

interface Decoded {
  readonly cause?: string;
  readonly fixes: readonly string[];
  readonly account?: string;
}

async function decode(
  context: LookContext,
  error: AwsCallError,
  denial: Denial,
  caller: string,
  owner: string,
): Promise<Decoded> {
  const { action, resource = "*", principal } = denial;
  const who = shortName(principal);
  const toDeploy = deployFix(action, caller);
  const account = context.topology.accounts.find(({ id }) => id === caller);
  if (account === undefined || !principal.includes(`/${account.runnerRole}/`)) {
    return { fixes: [`account ${caller} must allow ${action} on ${resource} to ${who}`] };
  }
  const identity = await readRolePolicies(context, account);
  if ("unread" in identity) return { fixes: [...toDeploy, identity.unread] };
  const keyPolicy = action.startsWith("kms:") ? await readKeyPolicy(context, resource) : undefined;
  const verdict = evaluate(requestOf(error, denial, account, owner), {
    identity: identity.value,
    ...(keyPolicy !== undefined && "value" in keyPolicy ? { resource: keyPolicy.value } : {}),
  });
  if (verdict.allowed) {
    return {
      cause: `the policies that can be read allow ${action} now`,
      fixes: [
        "run again in some minutes, if they were changed just now; else a policy of the organisation or a permissions boundary forbids it",
      ],
    };
  }
  if (verdict.reason === "explicit-deny") {
    const by = verdict.by
      .map(({ statement, document }) => `statement ${statement} of ${document}`)
      .join(", ");
    return { cause: `${action} is denied by ${by}`, fixes: [`account ${caller} must take ${by} away`] };
  }
  const missing = verdict.missing.filter(({ side }) => side === "identity" || keyPolicy !== undefined);
  const without = rowsOf(action).filter((row) => !hasStatement(identity.value, row));
  return {
    cause:
      without.length > 0
        ? `the policy of ${who} lacks the foundation's statement ${without.join(" or ")}`
        : `no statement of ${who} allows ${action} on ${resource}`,
    fixes: [...missing.map(({ what }) => asFix(what)), ...toDeploy],
    ...(missing[0] === undefined ? {} : { account: missing[0].account }),
  };
}

/** The evaluator's sentence as one of ours: `account 222222222222 must allow ...`. */
function asFix(sentence: string): string {
  return sentence.replace(/^Account/, "account").replace(/\.$/, "");
}

/** Rows of the permission table that allow an action. */
function rowsOf(action: string): readonly string[] {
  return RUNNER_ROWS.filter((row) => row.actions.includes(action)).map((row) => row.id);
}

function deployFix(action: string, account: string): readonly string[] {
  const rows = rowsOf(action);
  if (rows.length === 0) return [`account ${account} must allow ${action} to its runner role`];
  return [`account ${account}: ${DEPLOY} brings the role's statement ${rows.join(" or ")} up to date`];
}

function hasStatement(documents: readonly NamedDocument[], sid: string): boolean {
  return documents.some(({ document }) => JSON.stringify(document).includes(`"Sid":"${sid}"`));
}

/** The request as far as AWS's words tell it. */
function requestOf(error: AwsCallError, denial: Denial, account: Account, owner: string): AccessRequest {
  const { region } = error.site;
  const partition = parseArn(denial.principal)?.partition ?? "";
  return {
    action: denial.action,
    resource: denial.resource ?? "*",
    resourceAccount: owner,
    principal: {
      kind: "assumed-role",
      account: account.id,
      arn: denial.principal,
      roleArn: roleArn(partition, account.id, account.runnerRole),
    },
    context: { "aws:RequestedRegion": region, "aws:SecureTransport": "true", "ec2:Owner": owner },
  };
}

/** `arn:aws:sts::222222222222:assumed-role/runner/session` -> `role runner of 222222222222` */
function shortName(principal: string): string {
  const arn = parseArn(principal);
  const [kind = "", name = ""] = arn?.resource.split("/") ?? [];
  return kind === "assumed-role" ? `role ${name} of ${arn?.account}` : principal;
}
