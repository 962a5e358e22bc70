import { formatArn, parseArn, roleArn, viaService } from "@keyferry/common";
import { type AccessRequest, evaluate, type NamedDocument, type Verdict } from "@keyferry/evaluator";
import type { Topology } from "../../../topology";
import type { ReadContext } from "../context";
import type { FailedCopy } from "../errors";
import { DEPLOY } from "./entry";
import { keyPlace, readKeyPolicy, readRolePolicies, type Read } from "./read-policies";

/** One key that a copy uses, and the actions that the copying role needs on it. */
interface KeyNeed {
  readonly keyArn: string;
  readonly actions: readonly string[];
}

/**
 * The actions that EC2 calls on the keys on behalf of the copying role; a part of what the foundation allows.
 * Source: EBS user guide, "Copy an Amazon EBS snapshot".
 */
const ON_SOURCE_KEY = ["kms:CreateGrant", "kms:DescribeKey", "kms:Decrypt", "kms:ReEncryptFrom"];
const ON_HOME_KEY = [
  "kms:CreateGrant",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:DescribeKey",
  "kms:ReEncryptTo",
];

/** Why EC2 could not use a key. */
interface KeyAccess {
  /** @default - one of the two halves of a permission is missing */
  readonly cause?: string;
  /** One sentence for each thing to do; never empty. */
  readonly fixes: readonly string[];
}

/**
 * Finds out why EC2 reported that a key is not accessible. The key policies are read in the accounts that own the keys,
 * the role's own policies in its account, and both halves are evaluated like KMS does; calling KMS directly would prove
 * nothing, because the permissions apply only through EC2.
 */
export async function explainKeyAccess(context: ReadContext, copy: FailedCopy): Promise<KeyAccess> {
  const { account } = copy.node.place;
  const identity = await readRolePolicies(context, account);
  const needs: KeyNeed[] = [
    ...[...new Set(copy.sourceKeyArns)].map((keyArn) => ({ keyArn, actions: ON_SOURCE_KEY })),
    { keyArn: copy.keyArn, actions: ON_HOME_KEY },
  ];
  const states: string[] = [];
  const halves: string[] = [];
  const unread: string[] = "unread" in identity ? [identity.unread] : [];
  for (const { keyArn, actions } of needs) {
    const state = await keyState(context, keyArn);
    if (state !== undefined) states.push(state);
    const policy = await readKeyPolicy(context, keyArn);
    if ("unread" in policy) unread.push(policy.unread);
    halves.push(...missingHalves(context.topology, copy, keyArn, actions, identity, policy));
  }
  if (halves.length > 0) {
    return {
      fixes: [
        ...states,
        ...halves,
        ...unread,
        `or deploy the foundation, which contains both halves: ${DEPLOY}`,
      ],
    };
  }
  if (states.length > 0) {
    return { cause: "the key is not usable in its current state", fixes: [...states, ...unread] };
  }
  const beyond = `run again in a few minutes, and check the events of ${copy.keyArn} in the CloudTrail trail of account ${account.id}`;
  return {
    cause:
      "the policies that Keyferry can read allow it: a service control policy may deny it, or a change has not yet reached KMS",
    fixes: [...unread, beyond],
  };
}

/** A key that is not enabled is not accessible, regardless of the policies. */
async function keyState(context: ReadContext, keyArn: string): Promise<string | undefined> {
  const owner = keyPlace(context.topology, keyArn);
  if (owner === undefined) return undefined;
  try {
    const key = await context.aws.keys(owner).describeKey(keyArn);
    if (key === undefined) return `account ${owner.account.id}: the key ${keyArn} no longer exists`;
    if (key.state === "Enabled") return undefined;
    return `account ${owner.account.id} must enable the key ${keyArn}: it is ${key.state}`;
  } catch {
    return undefined;
  }
}

/** A half that could not be read counts as allowing everything, so that only the other half is evaluated. */
const OPEN = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};
const OPEN_IDENTITY = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

function missingHalves(
  topology: Topology,
  copy: FailedCopy,
  keyArn: string,
  actions: readonly string[],
  identity: Read<readonly NamedDocument[]>,
  policy: Read<NamedDocument>,
): string[] {
  const { account } = copy.node.place;
  const documents = {
    identity: "value" in identity ? identity.value : [{ name: "unread", document: OPEN_IDENTITY }],
    resource: "value" in policy ? policy.value : { name: "unread", document: OPEN },
  };
  const sides = {
    identity: new Set<string>(),
    resource: new Set<string>(),
    denied: new Map<string, string>(),
  };
  const open = new Set<string>();
  for (const action of actions) {
    const verdict = evaluate(requestOf(topology, copy, keyArn, action), documents);
    if (verdict.allowed) continue;
    if (verdict.reason === "explicit-deny") sides.denied.set(action, decidersOf(verdict));
    else if (verdict.reason === "missing-allow")
      for (const half of verdict.missing) sides[half.side].add(action);
    else for (const { document, why } of verdict.unknown) open.add(`read the ${document}: ${why}`);
  }
  const owner = parseArn(keyArn)?.account ?? "";
  const role = roleArn(topology.partition, account.id, account.runnerRole);
  return [
    ...(sides.resource.size === 0
      ? []
      : [`account ${owner} must add ${list(sides.resource)} for ${role} to the policy of key ${keyArn}`]),
    ...(sides.identity.size === 0
      ? []
      : [
          `account ${account.id} must add ${list(sides.identity)} on ${keyArn} to role ${account.runnerRole}`,
        ]),
    ...open,
    ...[...sides.denied].map(([action, by]) => `${action} on ${keyArn} is denied by ${by}`),
  ];
}

function requestOf(topology: Topology, copy: FailedCopy, keyArn: string, action: string): AccessRequest {
  const { account } = copy.node.place;
  const key = parseArn(keyArn);
  const session = formatArn({
    partition: topology.partition,
    service: "sts",
    region: "",
    account: account.id,
    resource: `assumed-role/${account.runnerRole}/keyferry`,
  });
  return {
    action,
    resource: keyArn,
    resourceAccount: key?.account ?? "",
    principal: {
      kind: "assumed-role",
      account: account.id,
      arn: session,
      roleArn: roleArn(topology.partition, account.id, account.runnerRole),
    },
    context: {
      "kms:ViaService": viaService("ec2", key?.region ?? ""),
      "aws:RequestedRegion": key?.region ?? "",
      "aws:SecureTransport": "true",
      ...(action === "kms:CreateGrant" ? { "kms:GrantIsForAWSResource": "true" } : {}),
    },
  };
}

function decidersOf(verdict: Extract<Verdict, { reason: "explicit-deny" }>): string {
  return verdict.by.map((decider) => `statement ${decider.statement} of ${decider.document}`).join(", ");
}

function list(actions: ReadonlySet<string>): string {
  return [...actions].join(", ");
}
