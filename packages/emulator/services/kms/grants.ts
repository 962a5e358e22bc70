import { createHash, randomBytes } from "node:crypto";
import { accountPrincipal, canonicalJson, parseArn, partitionOf } from "@keyferry/common";
import { type ContextValue, GRANT_OPERATIONS } from "@keyferry/evaluator";
import {
  AwsError,
  type Call,
  type Cloud,
  type JsonObject,
  type Operation,
  type OperationTable,
} from "../../contract";
import type { Identities } from "../../identity/identities";
import type { PrincipalIds } from "../../identity/principal-ids";
import { encryptionContextKeys, keyCheck } from "./access";
import { rejectDryRun } from "./dry-run";
import { invalid, limitExceeded } from "./errors";
import { grantTokens, page, required, stringMap, strings, text } from "./input";
import { cryptographicOperations } from "./key-specs";
import { onKey } from "./on-key";
import { retireGrant } from "./retire-grant";
import type { Grant, Key, KmsState } from "./state";

/** Operations that a grant on a key of any kind can include, in addition to the cryptographic ones of its kind. */
const COMMON_OPERATIONS = ["CreateGrant", "DescribeKey", "RetireGrant"];
const SERVICE_PRINCIPAL = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$/;
const ACCOUNT_ID = /^\d{12}$/;
const GRANT_NAME = /^[a-zA-Z0-9:/_-]{1,256}$/;
const GRANTS_PER_KEY = 50_000;
const CONSTRAINT_PAIRS = 8;
const CONSTRAINT_VALUE = 384;
const DEFAULT_PAGE = 50;

type Constraints = Pick<Grant, "encryptionContextEquals" | "encryptionContextSubset">;

/** Grants: additional permissions that exist next to the key policy and end when they are retired or revoked. */
export function grantOperations(state: KmsState, identities: Identities): OperationTable {
  return {
    CreateGrant: onKey(state, {
      crossAccount: true,
      state: "usable",
      validate: requireOperations,
      context: grantContext,
      run: (key, call, cloud) => createGrant(state, identities, key, call, cloud),
    }),
    ListGrants: onKey(state, {
      crossAccount: true,
      context: () => ({ "kms:GrantIsForAWSResource": "false" }),
      run: (key, call) => listGrants(key, call, identities),
    }),
    RevokeGrant: onKey(state, {
      crossAccount: true,
      context: () => ({ "kms:GrantIsForAWSResource": "false" }),
      run(key, call) {
        const grantId = required(call, "GrantId");
        if (!key.grants.some((grant) => grant.grantId === grantId)) {
          throw new AwsError("NotFoundException", `Grant ID ${grantId} not found`);
        }
        rejectDryRun(call);
        key.grants = key.grants.filter((grant) => grant.grantId !== grantId);
        return {};
      },
    }),
    RetireGrant: retireGrant(state),
    ListRetirableGrants: listRetirableGrants(state, identities),
  };
}

async function createGrant(
  state: KmsState,
  identities: Identities,
  key: Key,
  call: Call,
  cloud: Cloud,
): Promise<JsonObject> {
  const grant = await readGrant(call, identities, cloud);
  requireSupported(key, grant);
  await requireMayDelegate(state, key, call, cloud, grant);
  rejectDryRun(call);
  const same = key.grants.find(
    (existing) => grant.name !== undefined && fingerprint(existing) === fingerprint(grant),
  );
  if (same === undefined && key.grants.length >= GRANTS_PER_KEY) {
    throw limitExceeded(`The key has ${GRANTS_PER_KEY} grants.`);
  }
  if (same === undefined) key.grants = [...key.grants, grant];
  const grantId = same?.grantId ?? grant.grantId;
  const token = randomBytes(96).toString("base64");
  state.grantTokens.set(token, { keyArn: key.arn, grantId });
  return { GrantToken: token, GrantId: grantId };
}

async function readGrant(call: Call, identities: Identities, cloud: Cloud): Promise<Grant> {
  const granteePrincipal = principalOf(call, "GranteePrincipal") ?? required(call, "GranteePrincipal");
  const retiringPrincipal = principalOf(call, "RetiringPrincipal");
  for (const principal of [granteePrincipal, retiringPrincipal]) {
    if (principal === undefined || SERVICE_PRINCIPAL.test(principal)) continue;
    if (!(await identities.principalExists(principal, partitionOf(call.region))))
      throw new AwsError("InvalidArnException", `ARN does not refer to a valid principal: ${principal}`);
  }
  const name = text(call, "Name");
  if (name !== undefined && !GRANT_NAME.test(name)) throw invalid(`Grant name ${name} is invalid`);
  return {
    grantId: createHash("sha256").update(randomBytes(32)).digest("hex"),
    name,
    granteePrincipal,
    retiringPrincipal,
    principalIds: await identities.idsOf(
      [granteePrincipal, retiringPrincipal].filter((principal) => principal !== undefined),
    ),
    operations: requireOperations(call),
    ...constraintsOf(call),
    issuingAccount: call.caller.account,
    created: cloud.clock.now(),
  };
}

/** The principal as an ARN: KMS accepts an account's bare id for the account. */
function principalOf(call: Call, member: string): string | undefined {
  const given = text(call, member);
  if (given === undefined || !ACCOUNT_ID.test(given)) return given;
  return accountPrincipal(partitionOf(call.region), given);
}

function requireOperations(call: Call): readonly string[] {
  const operations = strings(call, "Operations") ?? [];
  const wrong = operations.filter((operation) => !GRANT_OPERATIONS.includes(operation));
  if (operations.length > 0 && wrong.length === 0) return operations;
  throw invalid(
    `1 validation error detected: Value '[${operations.join(", ")}]' at 'operations' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${GRANT_OPERATIONS.join(", ")}]`,
  );
}

/** Source: KMS API reference, "CreateGrant": what the key supports, and constraints only for encryption contexts. */
function requireSupported(key: Key, grant: Grant): void {
  const able = [...cryptographicOperations(key.spec, key.usage), ...COMMON_OPERATIONS];
  const wrong = grant.operations.filter((operation) => !able.includes(operation));
  if (wrong.length > 0)
    throw invalid(`${wrong.join(", ")} cannot be granted on a key of spec ${key.spec} for ${key.usage}`);
  if (key.spec !== "SYMMETRIC_DEFAULT" && !isUnconstrained(grant))
    throw invalid(`A key of spec ${key.spec} has no encryption context for a grant to constrain`);
}

function constraintsOf(call: Call): Constraints {
  const constraints = (call.input["Constraints"] ?? {}) as JsonObject;
  return {
    encryptionContextEquals: constraint(constraints["EncryptionContextEquals"]),
    encryptionContextSubset: constraint(constraints["EncryptionContextSubset"]),
  };
}

/** Source: KMS API reference, "GrantConstraints"; KMS developer guide, "Using grant constraints". */
function constraint(value: unknown): Readonly<Record<string, string>> | undefined {
  const pairs = stringMap(value);
  if (pairs === undefined) return undefined;
  if (Object.keys(pairs).length > CONSTRAINT_PAIRS)
    throw invalid(`A grant constraint has at most ${CONSTRAINT_PAIRS} encryption context pairs`);
  if (Object.values(pairs).some((text) => text.length > CONSTRAINT_VALUE))
    throw invalid(`A value in a grant constraint has at most ${CONSTRAINT_VALUE} characters`);
  return pairs;
}

function grantContext(call: Call): Record<string, ContextValue> {
  const { encryptionContextEquals, encryptionContextSubset } = constraintsOf(call);
  const retiring = principalOf(call, "RetiringPrincipal");
  return {
    // A direct call: only an AWS service creates grants for its own resources.
    "kms:GrantIsForAWSResource": "false",
    "kms:GranteePrincipal": principalOf(call, "GranteePrincipal") ?? required(call, "GranteePrincipal"),
    "kms:GrantOperations": strings(call, "Operations") ?? [],
    ...encryptionContextKeys({ ...encryptionContextSubset, ...encryptionContextEquals }),
    ...(retiring === undefined ? {} : { "kms:RetiringPrincipal": retiring }),
    ...(encryptionContextEquals === undefined
      ? {}
      : { "kms:GrantConstraintType": "EncryptionContextEquals" }),
    ...(encryptionContextSubset === undefined
      ? {}
      : { "kms:GrantConstraintType": "EncryptionContextSubset" }),
  };
}

/** A principal that may create grants only because of a grant can delegate no more than that grant includes. */
async function requireMayDelegate(
  state: KmsState,
  key: Key,
  call: Call,
  cloud: Cloud,
  grant: Grant,
): Promise<void> {
  const check = keyCheck(state, key, "CreateGrant", grantContext(call), grantTokens(state, call));
  const byPolicy = await cloud.decide(call.caller, { ...check, grants: [] });
  if (byPolicy.allowed) return;
  for (const own of check.grants ?? []) {
    const verdict = await cloud.decide(call.caller, { ...check, grants: [own] });
    const holds = grant.operations.every((operation) => own.operations.includes(operation));
    if (verdict.allowed && holds && isNoLooser(grant, own)) return;
  }
  throw new AwsError(
    "AccessDeniedException",
    `User: ${call.caller.arn} may create grants on ${key.arn} by a grant, and delegate only what that grant holds`,
  );
}

function constraintsFor({ encryptionContextEquals, encryptionContextSubset }: Constraints): Constraints {
  return { encryptionContextEquals, encryptionContextSubset };
}

/** Source: KMS developer guide, "Granting CreateGrant permission": a constraint that is equal or stricter. */
function isNoLooser(child: Constraints, parent: Constraints): boolean {
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = parent;
  if (equals !== undefined) return canonicalJson(child.encryptionContextEquals) === canonicalJson(equals);
  const pairs = { ...child.encryptionContextSubset, ...child.encryptionContextEquals };
  return Object.entries(subset ?? {}).every(([name, value]) => pairs[name] === value);
}

function isUnconstrained(grant: Constraints): boolean {
  return grant.encryptionContextEquals === undefined && grant.encryptionContextSubset === undefined;
}

/** A grant with the same name and parameters is the same grant. */
function fingerprint({ name, operations, ...rest }: Grant): string {
  const { granteePrincipal, retiringPrincipal, principalIds } = rest;
  const sorted = [...operations].sort();
  return canonicalJson({
    name,
    granteePrincipal,
    retiringPrincipal,
    principalIds,
    sorted,
    ...constraintsFor(rest),
  });
}

async function listGrants(key: Key, call: Call, identities: Identities): Promise<JsonObject> {
  const grantId = text(call, "GrantId");
  const grantee = principalOf(call, "GranteePrincipal");
  const all = key.grants
    .filter((grant) => grantId === undefined || grant.grantId === grantId)
    .filter((grant) => grantee === undefined || grant.granteePrincipal === grantee);
  const { entries, rest } = page(call, all, DEFAULT_PAGE);
  return {
    Grants: await describeAll(
      entries.map((grant) => ({ key, grant })),
      identities,
    ),
    ...rest,
  };
}

/** Grants that a principal of the caller's account may retire, on keys of any account in the Region. */
function listRetirableGrants(state: KmsState, identities: Identities): Operation {
  return {
    checks(call) {
      const principal = required(call, "RetiringPrincipal");
      if (parseArn(principal)?.account !== call.caller.account)
        throw new AwsError("InvalidArnException", "RetiringPrincipal must be of the caller's account");
      return [{ action: "kms:ListRetirableGrants", resource: principal }];
    },
    async run(call) {
      const principal = required(call, "RetiringPrincipal");
      const ids = await identities.idsOf([principal]);
      const all = state
        .keysIn(call.region)
        .flatMap((key) => key.grants.map((grant) => ({ key, grant })))
        .filter(
          ({ grant }) =>
            grant.retiringPrincipal === principal && grant.principalIds[principal] === ids[principal],
        );
      const { entries, rest } = page(call, all, DEFAULT_PAGE);
      return { Grants: await describeAll(entries, identities), ...rest };
    },
  };
}

interface Located {
  readonly key: Key;
  readonly grant: Grant;
}

/** Grants as AWS shows them: a deleted principal appears as its unique id. */
async function describeAll(
  grants: readonly Located[],
  identities: Identities,
): Promise<readonly JsonObject[]> {
  const described: JsonObject[] = [];
  for (const { key, grant } of grants)
    described.push(describe(key, grant, await identities.gone(grant.principalIds)));
  return described;
}

function describe(key: Key, grant: Grant, gone: PrincipalIds): JsonObject {
  const retiring = grant.retiringPrincipal;
  return {
    KeyId: key.arn,
    GrantId: grant.grantId,
    Name: grant.name ?? "",
    CreationDate: grant.created,
    GranteePrincipal: gone[grant.granteePrincipal] ?? grant.granteePrincipal,
    RetiringPrincipal: retiring === undefined ? undefined : (gone[retiring] ?? retiring),
    IssuingAccount: accountPrincipal(partitionOf(key.region), grant.issuingAccount),
    Operations: grant.operations,
    Constraints: isUnconstrained(grant)
      ? undefined
      : {
          EncryptionContextEquals: grant.encryptionContextEquals,
          EncryptionContextSubset: grant.encryptionContextSubset,
        },
  };
}
