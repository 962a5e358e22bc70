import { accountPrincipal, isRecord, parseArn, partitionOf } from "@keyferry/common";
import type { Caller, Cloud } from "../../contract";
import type { Identities } from "../../identity/identities";
import type { PrincipalIds } from "../../identity/principal-ids";
import { invalid, limitExceeded, malformedPolicy } from "./errors";

/** Source: KMS developer guide, "Resource quotas": key policy document size, not adjustable. */
const MAX_POLICY_BYTES = 32_768;

/** Source: KMS API reference, "PutKeyPolicy". */
const CHARACTERS = /^[\t\n\r\u0020-\u00FF]+$/;

const SERVICE_PRINCIPAL = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/;

/** The policy of a key that was created without one: IAM of the account decides. */
export function defaultKeyPolicy(account: string, region: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: accountPrincipal(partitionOf(region), account) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}

export interface PolicyChange {
  readonly policy: string;
  readonly keyArn: string;
  readonly caller: Caller;
  /** `BypassPolicyLockoutSafetyCheck`. */
  readonly bypassLockout: boolean;
}

/**
 * Whether KMS accepts a key policy: JSON, not too long, principals that exist, and the caller not locked out. Returns
 * the unique ids of the principals. A statement without Resource or Action is accepted, and has no effect.
 * @throws AwsError with KMS's text
 */
export async function checkKeyPolicy(
  change: PolicyChange,
  cloud: Cloud,
  identities: Identities,
): Promise<PrincipalIds> {
  if (!CHARACTERS.test(change.policy)) {
    throw invalid(
      "The key policy holds characters other than tab, line feed, carriage return and U+0020 to U+00FF.",
    );
  }
  if (Buffer.byteLength(change.policy, "utf8") > MAX_POLICY_BYTES) {
    throw limitExceeded(`The key policy is longer than ${MAX_POLICY_BYTES} bytes.`);
  }
  const document = parse(change.policy);
  for (const statement of statementsOf(document)) {
    if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny")
      throw malformedPolicy("Policy contains a statement whose Effect is neither Allow nor Deny.");
    await checkPrincipals(statement, change.keyArn, identities);
  }
  if (!change.bypassLockout && !(await canStillPut(change, document, cloud))) {
    throw malformedPolicy("The new key policy will not allow you to update the key policy in the future.");
  }
  return identities.idsIn(document);
}

function parse(policy: string): unknown {
  try {
    return JSON.parse(policy) as unknown;
  } catch {
    throw malformedPolicy("The policy is not valid JSON.");
  }
}

function statementsOf(document: unknown): readonly Record<string, unknown>[] {
  const statements = isRecord(document) ? document["Statement"] : undefined;
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  if (list.length === 0 || !list.every(isRecord)) throw malformedPolicy("The policy has no statements.");
  return list;
}

async function checkPrincipals(
  statement: Record<string, unknown>,
  keyArn: string,
  identities: Identities,
): Promise<void> {
  const partition = parseArn(keyArn)?.partition ?? "aws";
  const principal = statement["Principal"] ?? statement["NotPrincipal"];
  if (principal === "*") return;
  if (!isRecord(principal)) throw malformedPolicy("Policy contains a statement with no principal.");
  const kinds: Readonly<Record<string, (name: string) => Promise<boolean>>> = {
    AWS: (name) => (name === "*" ? Promise.resolve(true) : identities.principalExists(name, partition)),
    Service: (name) => Promise.resolve(SERVICE_PRINCIPAL.test(name)),
    Federated: () => Promise.resolve(true),
  };
  for (const [kind, names] of Object.entries(principal)) {
    const exists = kinds[kind] ?? (() => Promise.resolve(false));
    for (const name of Array.isArray(names) ? (names as readonly unknown[]) : [names]) {
      if (typeof name === "string" && (await exists(name))) continue;
      throw malformedPolicy("Policy contains a statement with one or more invalid principals.");
    }
  }
}

/** The lock-out check reads only the key policy: the caller's IAM permissions can still be changed. */
async function canStillPut(change: PolicyChange, document: unknown, cloud: Cloud): Promise<boolean> {
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const caller: Caller = {
    ...change.caller,
    identity: [{ name: "anything that IAM could allow", document: everything }],
    boundary: undefined,
    session: undefined,
  };
  const verdict = await cloud.decide(caller, {
    action: "kms:PutKeyPolicy",
    resource: change.keyArn,
    resourcePolicy: { name: "the new key policy", document },
  });
  return verdict.allowed;
}
