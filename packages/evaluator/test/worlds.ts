import type { AccessRequest, Documents, GrantDocument, NamedDocument, RequestPrincipal } from "..";
import { dice, type Dice } from "./dice";

/** Requests and documents in so small a universe that they often match. */
export interface World {
  readonly request: AccessRequest;
  readonly documents: Documents;
}

export const OWNER = "111111111111";
export const OTHER = "222222222222";
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/k`;
const ROLE = `arn:aws:iam::${OWNER}:role/home`;
const PROVIDER = `arn:aws:iam::${OWNER}:saml-provider/idp`;
const SERVICE_LINKED = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
const CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";

const TARGETS = [
  { action: "kms:Decrypt", resource: KEY },
  { action: "kms:CreateGrant", resource: KEY },
  { action: "kms:PutKeyPolicy", resource: KEY },
  { action: "sts:AssumeRole", resource: ROLE },
  { action: "sts:AssumeRoleWithSAML", resource: ROLE },
  { action: "s3:GetObject", resource: "arn:aws:s3:::images/a" },
  { action: "s3:PutBucketPolicy", resource: "arn:aws:s3:::images" },
  { action: "ec2:CopyImage", resource: "arn:aws:ec2:eu-west-1::image/ami-1" },
  { action: "ec2:DescribeImages", resource: "*" },
];

const PRINCIPALS: readonly RequestPrincipal[] = [
  { kind: "root", account: OWNER, arn: `arn:aws:iam::${OWNER}:root` },
  { kind: "role", account: OWNER, arn: `arn:aws:iam::${OWNER}:role/r` },
  { kind: "service", account: "ec2.amazonaws.com", arn: "ec2.amazonaws.com" },
  { kind: "federated", account: OWNER, arn: PROVIDER },
  ...[OWNER, OTHER].flatMap((account): RequestPrincipal[] => [
    { kind: "user", account, arn: `arn:aws:iam::${account}:user/u`, canonicalUserId: CANONICAL },
    { kind: "assumed-role", account, arn: `arn:aws:sts::${account}:assumed-role/r/s` },
    {
      kind: "assumed-role",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling`,
      roleArn: `arn:aws:iam::${account}:role/${SERVICE_LINKED}`,
    },
    {
      kind: "federated-user",
      account,
      arn: `arn:aws:sts::${account}:federated-user/f`,
      userArn: `arn:aws:iam::${account}:user/u`,
    },
  ]),
];

const NAMES: readonly string[] = [
  "*",
  OWNER,
  `arn:aws:iam::${OTHER}:root`,
  ...[OWNER, OTHER].flatMap((account) => [
    `arn:aws:iam::${account}:role/r`,
    `arn:aws:iam::${account}:role/${SERVICE_LINKED}`,
    `arn:aws:iam::${account}:user/u`,
    `arn:aws:sts::${account}:assumed-role/r/s`,
    `arn:aws:sts::${account}:federated-user/f`,
  ]),
];
const ACTIONS = ["*", "kms:*", "kms:Decrypt", "KMS:create*", "sts:AssumeRole*", "s3:Get*", "s3:*", "ec2:*"];
const RESOURCES = [
  "*",
  KEY,
  ROLE,
  "arn:aws:s3:::images/*",
  "arn:aws:s3:::${x:a, 'images'}*",
  "arn:aws:ec2:*",
];
const OPERATORS = [
  "StringEquals",
  "StringNotEquals",
  "StringLikeIfExists",
  "ForAllValues:StringEquals",
].concat(["ForAnyValue:StringNotLike", "NumericLessThan", "Null"]);
const VALUES = ["1", "2", "a*", "${x:b}", "${", "", "true"];

export function world(roll: Dice): World {
  return { request: roll.one(REQUESTS), documents: documents(roll) };
}

function newRequest(roll: Dice): AccessRequest {
  const context = Object.fromEntries(
    roll
      .some(["x:a", "x:b", "X:B"], 0, 2)
      .map((key) => [key, roll.oneIn(2) ? roll.one(VALUES) : roll.some(VALUES, 0, 3)]),
  );
  const kms = {
    ...(roll.oneIn(2) ? { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } : {}),
    ...(roll.oneIn(3) ? { "kms:GrantIsForAWSResource": roll.one(["true", "false"]) } : {}),
    ...(roll.oneIn(3) ? { "kms:GrantOperations": ["Decrypt"], "kms:GranteePrincipal": "${x}*" } : {}),
    ...(roll.oneIn(4) ? { "aws:SourceAccount": OTHER, "SAML:aud": "https://signin" } : {}),
  };
  return {
    ...roll.one(TARGETS),
    resourceAccount: OWNER,
    principal: roll.one(PRINCIPALS),
    context: { ...context, ...kms },
  };
}

function documents(roll: Dice): Documents {
  const identity = (name: string) => named(name, identityDocument(roll));
  const levels = (make: (name: string) => NamedDocument) =>
    roll.many(1, 2, () => roll.many(0, 2, () => make("control")));
  return {
    identity: roll.many(0, 2, () => identity("identity")),
    ...(roll.oneIn(3) ? { boundary: identity("boundary") } : {}),
    ...(roll.oneIn(3) ? { session: roll.many(0, 2, () => identity("session")) } : {}),
    ...(roll.oneIn(4) ? {} : { resource: named("resource", resourceDocument(roll)) }),
    restrictPublicBuckets: roll.oneIn(4),
    ...(roll.oneIn(2) ? { grants: roll.many(0, 2, () => grant(roll)) } : {}),
    ...(roll.oneIn(5) ? { serviceControlPolicies: levels(identity) } : {}),
    ...(roll.oneIn(5)
      ? { resourceControlPolicies: levels((name) => named(name, resourceDocument(roll))) }
      : {}),
  };
}

/** Number of different documents of each sort; worlds are combinations of them, and the evaluator reads each only once. */
const POOL = 500;

function poolOf<T>(make: (roll: Dice) => T, size = POOL): readonly T[] {
  return Array.from({ length: size }, (_, index) => make(dice(index)));
}

const REQUESTS = poolOf(newRequest, 4 * POOL);

const IDENTITY_DOCUMENTS = poolOf((roll) => policy(roll.many(1, 3, () => statement(roll))));
const DENYING_DOCUMENTS = poolOf((roll) => policy(roll.many(1, 3, () => statement(roll, "Deny"))));
const RESOURCE_DOCUMENTS = poolOf(newResourceDocument);

export function identityDocument(roll: Dice): unknown {
  return roll.one(IDENTITY_DOCUMENTS);
}

export function denyingDocument(roll: Dice): unknown {
  return roll.one(DENYING_DOCUMENTS);
}

export function resourceDocument(roll: Dice): unknown {
  return roll.one(RESOURCE_DOCUMENTS);
}

function newResourceDocument(roll: Dice): unknown {
  return policy(
    roll.many(1, 3, () => {
      const { Resource, ...rest } = statement(roll);
      const speaksOf = roll.oneIn(2) ? { Resource } : roll.oneIn(2) ? { Resource: "*" } : {};
      return { ...rest, ...speaksOf, ...principals(roll, rest.Effect === "Deny") };
    }),
  );
}

function statement(roll: Dice, effect?: "Deny") {
  return {
    ...(roll.oneIn(4) ? {} : { Sid: roll.one(["A", "B", "C"]) }),
    Effect: effect ?? (roll.oneIn(8) ? "Deny" : "Allow"),
    ...(roll.oneIn(8) ? { NotAction: roll.one(ACTIONS) } : { Action: roll.some(ACTIONS, 1, 3) }),
    Resource: roll.some(RESOURCES, 1, 3),
    ...(roll.oneIn(4) ? { Condition: condition(roll) } : {}),
  };
}

function condition(roll: Dice) {
  return { [roll.one(OPERATORS)]: { [roll.one(["x:a", "x:b"])]: roll.some(VALUES, 1, 2) } };
}

function principals(roll: Dice, denies: boolean) {
  const element = roll.one([
    "*",
    { AWS: roll.some(NAMES, 1, 3) },
    { AWS: roll.one(NAMES), Service: "ec2.amazonaws.com" },
    { Federated: [PROVIDER], CanonicalUser: CANONICAL },
  ]);
  return denies && roll.oneIn(3) ? { NotPrincipal: element } : { Principal: element };
}

function grant(roll: Dice): GrantDocument {
  return {
    grantId: roll.one(["g1", "g2"]),
    granteePrincipal: roll.one(NAMES),
    operations: roll.some(["Decrypt", "CreateGrant"], 1, 2),
  };
}

export function policy(statements: readonly unknown[]): unknown {
  return { Version: "2012-10-17", Statement: statements };
}

export function named(name: string, document: unknown): NamedDocument {
  return { name, document };
}
