import fc from "fast-check";
import type { AccessRequest, Documents, NamedDocument, RequestPrincipal } from "../../../policy/evaluate";

/** Requests and documents over a universe so small that they often meet. */

const KEY = "arn:aws:kms:eu-west-1:111111111111:key/k";
const ROLE = "arn:aws:iam::111111111111:role/home";
const TARGETS = [
  { action: "kms:Decrypt", resource: KEY },
  { action: "sts:AssumeRole", resource: ROLE },
  { action: "s3:GetObject", resource: "arn:aws:s3:::images/a" },
];

const principals: readonly RequestPrincipal[] = [
  { kind: "user", account: "111111111111", arn: "arn:aws:iam::111111111111:user/u" },
  { kind: "user", account: "222222222222", arn: "arn:aws:iam::222222222222:user/u" },
  { kind: "role", account: "111111111111", arn: "arn:aws:iam::111111111111:role/r" },
  { kind: "root", account: "111111111111", arn: "arn:aws:iam::111111111111:root" },
  { kind: "service", account: "ec2.amazonaws.com", arn: "ec2.amazonaws.com" },
  ...["111111111111", "222222222222"].map((account): RequestPrincipal => ({
    kind: "assumed-role",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/r/s`,
    roleArn: `arn:aws:iam::${account}:role/r`,
  })),
];

export const request: fc.Arbitrary<AccessRequest> = fc
  .record({
    target: fc.constantFrom(...TARGETS),
    principal: fc.constantFrom(...principals),
    context: fc.dictionary(fc.constantFrom("x:a", "x:b"), fc.constantFrom("1", "2")),
  })
  .map(({ target, principal, context }) => ({
    ...target,
    resourceAccount: "111111111111",
    principal,
    context,
  }));

const actions = fc.subarray(["*", "kms:*", "kms:Decrypt", "sts:AssumeRole", "s3:Get*", "ec2:*"], {
  minLength: 1,
});
const resources = fc.subarray(["*", KEY, ROLE, "arn:aws:s3:::images/*", "arn:aws:s3:::other/*"], {
  minLength: 1,
});
const condition = fc.dictionary(
  fc.constantFrom("StringEquals", "StringNotEquals", "StringLikeIfExists", "ForAllValues:StringEquals"),
  fc.dictionary(fc.constantFrom("x:a", "x:b"), fc.subarray(["1", "2"], { minLength: 1 }), { minKeys: 1 }),
  { maxKeys: 1 },
);
const aws = fc.subarray(
  [
    "*",
    "111111111111",
    "arn:aws:iam::222222222222:root",
    ...principals.flatMap(({ arn, roleArn }) => [arn, roleArn ?? arn]),
  ],
  { minLength: 1, maxLength: 3 },
);
const principalElement = fc.oneof(
  fc.constant("*"),
  fc.record({ AWS: aws }),
  fc.constant({ Service: "ec2.amazonaws.com" }),
);

const effect = fc.oneof(
  { weight: 9, arbitrary: fc.constant("Allow") },
  { weight: 1, arbitrary: fc.constant("Deny") },
);
const identityStatement = fc.record(
  { Sid: fc.uuid(), Effect: effect, Action: actions, Resource: resources, Condition: condition },
  { requiredKeys: ["Sid", "Effect", "Action", "Resource"] },
);
const resourceStatement = fc.record(
  {
    Sid: fc.uuid(),
    Effect: effect,
    Principal: principalElement,
    Action: actions,
    Resource: resources,
    Condition: condition,
  },
  { requiredKeys: ["Sid", "Effect", "Principal", "Action"] },
);

const documentOf = (statement: fc.Arbitrary<unknown>) =>
  fc
    .array(statement, { minLength: 1, maxLength: 4 })
    .map((Statement) => ({ Version: "2012-10-17", Statement }));
const named = (document: fc.Arbitrary<unknown>): fc.Arbitrary<NamedDocument> =>
  fc.record({ name: fc.uuid(), document });

const grant = fc.record({
  grantId: fc.uuid(),
  granteePrincipal: fc.constantFrom("arn:aws:iam::222222222222:root", ...principals.map(({ arn }) => arn)),
  operations: fc.subarray(["Decrypt", "CreateGrant"]),
});

function documentsOf(
  identity: fc.Arbitrary<unknown>,
  resource: fc.Arbitrary<unknown>,
): fc.Arbitrary<Documents> {
  return fc.record(
    {
      identity: fc.array(named(identity), { maxLength: 3 }),
      boundary: named(identity),
      session: fc.array(named(identity), { maxLength: 2 }),
      resource: named(resource),
      grants: fc.array(grant, { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
}

export const identityPolicy = named(documentOf(identityStatement));
export const documents = documentsOf(documentOf(identityStatement), documentOf(resourceStatement));

/** Any JSON, and JSON that looks like a policy at first sight. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.record({
    Version: fc.constant("2012-10-17"),
    Statement: fc.oneof(looseStatement(), fc.array(looseStatement())),
  }),
);

function looseStatement(): fc.Arbitrary<unknown> {
  const loose = (...likely: unknown[]) => fc.oneof(fc.constantFrom(...likely), fc.jsonValue());
  return fc.record(
    {
      Effect: loose("Allow", "Deny"),
      Principal: loose("*", { AWS: "*" }),
      NotPrincipal: loose({ AWS: "arn:aws:iam::1:root" }),
      Action: loose("*", ["kms:*"]),
      NotAction: loose("iam:*"),
      Resource: loose("*", "${aws:x, 'y'}", "${", "${}"),
      NotResource: loose("arn:::"),
      Condition: loose(
        { Bool: { "x:a": true } },
        { IpAddress: { "x:a": "1/99" } },
        { DateLessThan: { "x:a": "never" } },
      ),
    },
    { requiredKeys: ["Effect", "Action"] },
  );
}

export const looseDocuments = documentsOf(anyJson, anyJson);
