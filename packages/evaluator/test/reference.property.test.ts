import fc from "../../../test/_helpers/fast-check";
import { evaluate, type AccessRequest, type Documents, type RequestPrincipal } from "..";
import { dice, type Dice } from "./dice";
import { reference } from "./reference";
import { named, policy } from "./worlds";

const OWNER = "111111111111";
const OTHER = "222222222222";
const PRINCIPALS: readonly RequestPrincipal[] = [
  { kind: "service", account: "ec2.amazonaws.com", arn: "ec2.amazonaws.com" },
  ...[OWNER, OTHER].flatMap((account): RequestPrincipal[] => [
    { kind: "user", account, arn: `arn:aws:iam::${account}:user/u` },
    {
      kind: "assumed-role",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/r/s`,
      roleArn: `arn:aws:iam::${account}:role/r`,
    },
  ]),
];
const TARGETS = [
  { action: "kms:Decrypt", resource: `arn:aws:kms:eu-west-1:${OWNER}:key/k` },
  { action: "s3:GetObject", resource: "arn:aws:s3:::images/a:b" },
  { action: "logs:PutLogEvents", resource: `arn:aws:logs:eu-west-1:${OWNER}:log-group:g:log-stream:s` },
];
const RESOURCES = [
  "*",
  "arn:aws:kms:*",
  `arn:aws:kms:*:${OWNER}:key/*`,
  "arn:aws:kms:*:key/k",
  "arn:aws:s3:::images/*",
]
  .concat([
    "arn:aws:s3:::images/${x:a}:b",
    "arn:aws:s3:${x:a}::images/*",
    "arn:aws:s3:*:b",
    "arn:aws:s3*s:::images/*",
  ])
  .concat([
    `arn:aws:logs:*:${OWNER}:log-group:*`,
    "arn:aws:logs:eu-*:*:log-group:g*",
    "arn:aws:logs:*:log-stream:s",
  ])
  .concat(["arn:aws:logs:eu?west-1:*:log-group:g:*", "arn:aws:logs:e*1:${x:a}:log-group:*"]);
const VALUES = ["a", "1", "", "a*", "${x:b}", "true"];
/** It is not documented what an empty string means next to other values of a key. */
const PARTS_OF_SETS = VALUES.filter((value) => value !== "");
const OPERATORS = [
  "StringEquals",
  "stringequals",
  "StringNotEquals",
  "StringLikeIfExists",
  "stringLike",
  "Bool",
]
  .concat(["ForAllValues:StringEquals", "forallvalues:StringNotLike", "ForAnyValue:StringLike", "NULL"])
  .concat(["ForAnyValue:StringNotEquals", "NumericLessThan"]);
const NAMES = ["*", ...[OWNER, OTHER].map((account) => `arn:aws:iam::${account}:root`)].concat(
  PRINCIPALS.slice(1).flatMap(({ arn, roleArn }) => (roleArn === undefined ? [arn] : [arn, roleArn])),
);

/** Many requests share few documents, so that each is read once. */
const pool = <T>(make: (roll: Dice) => T): readonly T[] =>
  Array.from({ length: 400 }, (_, seed) => make(dice(seed)));
const IDENTITY = pool((roll) => policy(roll.many(1, 3, () => statement(roll))));
const RESOURCE = pool((roll) =>
  policy(roll.many(1, 3, () => ({ ...statement(roll), Principal: principal(roll) }))),
);

function statement(roll: Dice): object {
  const byArn = roll.oneIn(5)
    ? {
        [roll.one(["ArnLike", "ArnEquals", "ArnNotLike"])]: {
          "aws:PrincipalArn": roll.some(NAMES.slice(1), 1, 2),
        },
      }
    : {};
  const operator = roll.one(OPERATORS);
  const values = operator === "NULL" ? ["true", "false"] : VALUES;
  const other = roll.oneIn(3) ? { [operator]: { [roll.one(["x:a", "x:b"])]: roll.some(values, 1, 2) } } : {};
  return {
    Effect: roll.oneIn(6) ? "Deny" : "Allow",
    ...(roll.oneIn(9)
      ? { NotAction: "ec2:*" }
      : { Action: roll.some(["*", "kms:*", "s3:Get*", "LOGS:put*"], 1, 3) }),
    ...(roll.oneIn(9) ? { NotResource: roll.one(RESOURCES) } : { Resource: roll.some(RESOURCES, 1, 4) }),
    Condition: { ...byArn, ...other },
  };
}

function principal(roll: Dice): unknown {
  return roll.one([
    "*",
    { AWS: roll.some(NAMES, 1, 3) },
    { AWS: roll.one(NAMES), Service: "ec2.amazonaws.com" },
  ]);
}

function question(roll: Dice): { readonly request: AccessRequest; readonly documents: Documents } {
  const context = Object.fromEntries(
    roll
      .some(["x:a", "X:B"], 0, 2)
      .map((key) => [key, roll.oneIn(2) ? roll.one(VALUES) : roll.some(PARTS_OF_SETS, 0, 3)]),
  );
  const identity = () => named("identity", roll.one(IDENTITY));
  return {
    request: { ...roll.one(TARGETS), resourceAccount: OWNER, principal: roll.one(PRINCIPALS), context },
    documents: {
      identity: roll.many(0, 2, identity),
      restrictPublicBuckets: false,
      ...(roll.oneIn(4) ? { boundary: identity() } : {}),
      ...(roll.oneIn(4) ? { session: [identity()] } : {}),
      ...(roll.oneIn(6) ? { serviceControlPolicies: [[identity()], [identity(), identity()]] } : {}),
      ...(roll.oneIn(4) ? {} : { resource: named("resource", roll.one(RESOURCE)) }),
    },
  };
}

test("20,000 random requests get the result of an evaluator that was written only from AWS's documents", () => {
  const answers = new Map<string, number>();
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { request, documents } = question(dice(seed));
      // SCPs do not apply to AWS's own principals
      const given = request.principal.kind === "service" ? { ...documents, ...OF_NO_PRINCIPAL } : documents;
      const verdict = evaluate(request, given);
      const answer = verdict.allowed
        ? "allowed"
        : verdict.reason === "explicit-deny"
          ? "denied"
          : "not allowed";
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
      if (answer !== reference(request, given))
        throw new Error(
          JSON.stringify({ answer, expected: reference(request, given), request, given }, undefined, 1),
        );
    }),
    { numRuns: 20_000 },
  );
  // no kind of result is so rare that the others hide it
  for (const count of answers.values()) expect(count).toBeGreaterThan(1000);
  expect(answers.size).toBe(3);
});

const OF_NO_PRINCIPAL: Documents = {
  identity: [],
  boundary: undefined,
  session: undefined,
  serviceControlPolicies: undefined,
};
