import { parseArn, roleArn } from "@keyferry/common";
import { runnerAccess, runnerPolicy, RUNNER_ROWS, type Topology } from "../../../topology";
import { type AccessRequest, evaluate, type NamedDocument } from "@keyferry/evaluator";
import type { Account } from "../../../topology";
import type { AwsCallError } from "../../aws";
import type { ReadContext } from "../context";
import type { Denial } from "./denial";
import { accountsOf, denialCause, shortName, type DenialCause } from "./denial-causes";
import { judgeable } from "./conditional-statements";
import { DEPLOY } from "./entry";
import type { Explanation } from "./explanation";
import { readKeyPolicy, readRolePolicies } from "./read-policies";

/**
 * Explains a denial that names the principal, the action and the resource. The policies of the runner role, and of a key
 * in an account of the topology, are read and evaluated; if they cannot be read, the explanation uses AWS's message alone.
 */
export async function explainDeniedCall(
  context: ReadContext,
  error: AwsCallError,
  denial: Denial,
): Promise<Explanation> {
  const base = { code: error.answer.code, reason: error.message, ...denialCause(denial, error.site.account) };
  const decides = denial.policy ?? "identity-based policy";
  return decides === "identity-based policy" && denial.reason !== "withheld"
    ? { ...base, ...(await decode(context, error, denial)) }
    : base;
}

/** What the readable policies say beyond AWS's message; nothing for a principal that is not one of Keyferry's runner roles. */
async function decode(
  context: ReadContext,
  error: AwsCallError,
  denial: Denial,
): Promise<Partial<DenialCause>> {
  const { action, resource = "*", principal } = denial;
  const { caller = "", owner = caller } = accountsOf(denial, error.site.account);
  const who = shortName(principal);
  const account = context.topology.accounts.find(({ id }) => id === caller);
  const rows = rowsOf(action, context.topology, account);
  const toDeploy = deployFix(action, caller, rows);
  if (account === undefined || !principal.includes(`/${account.runnerRole}/`)) return {};
  const identity = await readRolePolicies(context, account);
  if ("unread" in identity) return { fixes: [...toDeploy, identity.unread] };
  const keyPolicy = action.startsWith("kms:") ? await readKeyPolicy(context, resource) : undefined;
  const request = requestOf(error, denial, account, owner);
  const { policies, conditional } = judgeable(request, identity.value);
  const verdict = evaluate(request, {
    identity: policies,
    ...(keyPolicy !== undefined && "value" in keyPolicy ? { resource: keyPolicy.value } : {}),
  });
  if (verdict.allowed) {
    return {
      cause: `the policies that Keyferry can read allow ${action} now`,
      fixes: [
        "if they were changed just now, run again in a few minutes; otherwise a policy of the organisation or a permissions boundary denies it",
      ],
    };
  }
  if (verdict.reason === "explicit-deny") {
    const by = verdict.by
      .map(({ statement, document }) => `statement ${statement} of ${document}`)
      .join(", ");
    return { cause: `${action} is denied by ${by}`, fixes: [`account ${caller} must remove ${by}`] };
  }
  if (verdict.reason === "unknown") {
    return {
      cause: `the policies that Keyferry can read do not decide ${action} alone`,
      fixes: verdict.unknown.map(({ document, why }) => `read the ${document}: ${why}`),
    };
  }
  if (conditional.length > 0 && verdict.missing.some(({ side }) => side === "identity")) {
    return {
      cause: `${who} may call ${action} on ${resource} only under the conditions of ${conditional.join(" or ")}; AWS does not say which of them the call did not meet`,
      fixes: [
        `compare these conditions with the event of the call in CloudTrail of account ${caller}`,
        ...toDeploy,
      ],
    };
  }
  const missing = verdict.missing.filter(({ side }) => side === "identity" || keyPolicy !== undefined);
  const without = rows.filter((row) => !hasStatement(identity.value, row));
  return {
    cause:
      without.length > 0
        ? `the policy of ${who} lacks the foundation's statement ${without.join(" or ")}`
        : `no statement of ${who} allows ${action} on ${resource}`,
    fixes: [...missing.map(({ what }) => asFix(what)), ...toDeploy],
    ...(missing[0] === undefined ? {} : { account: missing[0].account }),
  };
}

/** The evaluator's sentence in the form of a fix: `account 222222222222 must allow ...`. */
function asFix(sentence: string): string {
  return sentence.replace(/^Account/, "account").replace(/\.$/, "");
}

/** Rows of the permission table that allow an action: those that the topology gives the account's role, or all if it gives none. */
function rowsOf(action: string, topology: Topology, account: Account | undefined): readonly string[] {
  const rows = RUNNER_ROWS.filter((row) => row.actions.includes(action)).map((row) => row.id);
  if (account === undefined) return rows;
  const given = new Set(runnerPolicy(runnerAccess(topology, account)).map(({ sid }) => sid));
  const ofTopology = rows.filter((row) => given.has(row));
  return ofTopology.length === 0 ? rows : ofTopology;
}

function deployFix(action: string, account: string, rows: readonly string[]): readonly string[] {
  if (rows.length === 0) return [`account ${account} must allow ${action} to its runner role`];
  return [`account ${account}: ${DEPLOY} updates the role's statement ${rows.join(" or ")}`];
}

function hasStatement(documents: readonly NamedDocument[], sid: string): boolean {
  return documents.some(({ document }) => JSON.stringify(document).includes(`"Sid":"${sid}"`));
}

/** The request, as far as AWS's message describes it. */
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
