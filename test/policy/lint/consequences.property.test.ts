import fc from "../../_helpers/fast-check";
import { type AccessRequest, type Documents, evaluate, type RequestPrincipal } from "@keyferry/evaluator";
import { lintReport, type Finding, type PolicyKind } from "../../../policy/lint";
import { dice, type Dice } from "../../../packages/evaluator/test/dice";

/**
 * The findings on a generated policy agree with the evaluator: an element that is reported to have no effect can be removed
 * without changing a decision, and a principal that is reported to be allowed is allowed.
 */

const OWNER = "111111111111";
const OTHER = "222222222222";
const OUTSIDER = "999999999999";
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ANOTHER_KEY = KEY.replace("1234abcd", "5678abcd");
const BUCKET = "arn:aws:s3:::images";
const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const OWN_ACCOUNT = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: OWNER }, Action: "*", Resource: "*" }],
};

type Context = Readonly<Record<string, string>>;
type Statement = Readonly<Record<string, unknown>>;

interface World {
  readonly kind: PolicyKind;
  readonly principals: readonly unknown[] | undefined;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly asked: readonly { readonly action: string; readonly resource: string }[];
}

const ROLE = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const PRINCIPALS = [
  "*",
  { AWS: "*" },
  { AWS: OWNER },
  { AWS: `arn:aws:iam::${OTHER}:root` },
  { AWS: [ROLE(OWNER, "app"), ROLE(OTHER, "app")] },
];

const WORLDS: Readonly<Record<string, World>> = {
  key: {
    kind: "key",
    principals: PRINCIPALS,
    actions: [
      "kms:*",
      "kms:Decrypt",
      "kms:CreateGrant",
      "kms:Put*",
      "kms:ReEncrypt",
      "kms:Decript",
      "s3:GetObject",
      "*",
    ],
    resources: ["*", "*", "*", KEY, `arn:aws:kms:*:${OWNER}:key/*`, `${BUCKET}/*`, KEY.replace(OWNER, OTHER)],
    asked: ["Decrypt", "CreateGrant", "PutKeyPolicy", "ReEncryptFrom", "DescribeKey"].map((name) => ({
      action: `kms:${name}`,
      resource: KEY,
    })),
  },
  bucket: {
    kind: "bucket",
    principals: PRINCIPALS,
    actions: ["s3:*", "s3:GetObject", "s3:ListBucket", "s3:Get*", "s3:PutObjects", "kms:Decrypt"],
    resources: [BUCKET, `${BUCKET}/*`, `${BUCKET}*`, "*", KEY],
    asked: [
      { action: "s3:GetObject", resource: `${BUCKET}/a` },
      { action: "s3:ListBucket", resource: BUCKET },
      { action: "s3:PutBucketPolicy", resource: BUCKET },
      { action: "s3:PutBucketTagging", resource: BUCKET },
      { action: "s3:GetBucketLocation", resource: BUCKET },
      { action: "s3:GetObjectAcl", resource: `${BUCKET}/a` },
      { action: "s3:DeleteObject", resource: `${BUCKET}/a` },
    ],
  },
  identity: {
    kind: "identity",
    principals: undefined,
    actions: [
      "kms:*",
      "kms:Decrypt",
      "kms:CreateGrant",
      "kms:ReEncrypt",
      "kms:Decript",
      "s3:GetObject",
      "s3:ListBucket",
      "ec2:CopyImage",
    ],
    resources: [
      "*",
      KEY,
      `arn:aws:kms:eu-west-1:${OWNER}:alias/home`,
      BUCKET,
      `${BUCKET}/*`,
      `arn:aws:ec2:eu-west-1:${OWNER}:image/ami-1`,
    ],
    asked: [
      { action: "kms:Decrypt", resource: KEY },
      { action: "kms:CreateGrant", resource: KEY },
      { action: "kms:ReEncryptTo", resource: KEY },
      { action: "s3:GetObject", resource: `${BUCKET}/a` },
      { action: "s3:ListBucket", resource: BUCKET },
      { action: "ec2:CopyImage", resource: "arn:aws:ec2:eu-west-1::image/ami-1" },
    ],
  },
};

/** An address that a condition allows. */
const INSIDE = "203.0.113.9";
/** Request contexts; every condition of a policy is met by one of them and not by another. */
const CONTEXTS: readonly Context[] = [
  {},
  { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" },
  // If a Deny names one Region, an Allow may still allow all other Regions.
  { "kms:ViaService": "ec2.us-east-1.amazonaws.com" },
  { "kms:GrantIsForAWSResource": "true" },
  { "aws:SecureTransport": "true" },
  { "aws:SecureTransport": "false" },
  { "kms:ViaService": "ec2.eu-west-1.amazonaws.com", "kms:GrantIsForAWSResource": "true" },
  { "kms:GranteePrincipal": ROLE(OUTSIDER, "grantee"), "kms:GrantIsForAWSResource": "false" },
  { "aws:SecureTransport": "true", "aws:SourceIp": INSIDE },
  { "aws:SecureTransport": "false", "aws:SourceIp": "198.51.100.1" },
];
const CONDITIONS: readonly unknown[] = [
  { StringEquals: { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } },
  { StringEquals: { "kms:ViaService": "ec2.*.amazonaws.com" } },
  { StringLike: { "kms:ViaService": "ec2.*.amazonaws.com" } },
  { Bool: { "kms:GrantIsForAWSResource": "true" } },
  { StringEquals: { "aws:PrincipalAccount": OTHER } },
  { StringNotEquals: { "aws:PrincipalAccount": OTHER } },
  { StringLike: { "aws:PrincipalAccount": "*" } },
  { ArnLike: { "aws:PrincipalArn": ROLE("*", "app") } },
  { ArnEquals: { "aws:PrincipalArn": ROLE(OTHER, "app") } },
  { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { Bool: { "aws:SecureTransport": "true" } },
  { Bool: { "aws:SecureTransport": "false" } },
];

function statement(roll: Dice, { principals, actions, resources }: World): Statement {
  return {
    Effect: roll.oneIn(4) ? "Deny" : "Allow",
    ...(principals === undefined ? {} : { Principal: roll.one(principals) }),
    Action: roll.some(actions, 1, 3),
    Resource: roll.some(resources, 1, 2),
    ...(roll.oneIn(2) ? {} : { Condition: roll.one(CONDITIONS) }),
  };
}

const session = (account: string, role: string): RequestPrincipal => ({
  kind: "assumed-role",
  account,
  arn: `arn:aws:sts::${account}:assumed-role/${role}/s`,
  roleArn: ROLE(account, role),
});
const OUTSIDERS = [session(OUTSIDER, "app"), session(OUTSIDER, "other")];
const EVERYBODY = [
  session(OWNER, "app"),
  session(OWNER, "other"),
  session(OTHER, "app"),
  session(OTHER, "other"),
  ...OUTSIDERS,
];

/** The documents of a world with these statements in the policy of its kind. */
function documentsOf({ kind }: World, statements: readonly Statement[]): Documents {
  const document = { Version: "2012-10-17", Statement: statements };
  return kind === "identity"
    ? { identity: [{ name: "policy", document }], resource: { name: "resource", document: OWN_ACCOUNT } }
    : {
        identity: [{ name: "IAM", document: EVERYTHING }],
        resource: { name: "policy", document },
        restrictPublicBuckets: false,
      };
}

function decides(
  documents: Documents,
  principal: RequestPrincipal,
  request: Omit<AccessRequest, "principal" | "resourceAccount">,
): boolean {
  return evaluate({ ...request, resourceAccount: OWNER, principal }, documents).allowed;
}

/** The decisions on every request of every caller. */
function answers(
  world: World,
  statements: readonly Statement[],
  callers = EVERYBODY,
  contexts = CONTEXTS,
): readonly boolean[] {
  const documents = documentsOf(world, statements);
  return callers.flatMap((principal) =>
    world.asked.flatMap((request) =>
      contexts.map((context) => decides(documents, principal, { ...request, context })),
    ),
  );
}

function inEveryPolicy(
  holds: (world: World, statements: readonly Statement[], findings: readonly Finding[]) => string | undefined,
): void {
  for (const world of Object.values(WORLDS)) {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const roll = dice(seed);
        const statements = roll.many(1, 3, () => statement(roll, world));
        const document = { Version: "2012-10-17", Statement: statements };
        const { findings } = lintReport({
          kind: world.kind,
          document,
          context: { account: OWNER, ...(world.kind === "key" ? { keyArn: KEY } : {}) },
        });
        const wrong = holds(world, statements, findings);
        if (wrong !== undefined) throw new Error(`${wrong}\n${JSON.stringify(document, undefined, 1)}`);
      }),
      { numRuns: 100 },
    );
  }
}

/** Rules that report that the element at their place never takes effect. */
const NO_EFFECT = [
  "key-policy-resource",
  "alias-as-resource",
  "unknown-action",
  "kms-reencrypt-action",
  "action-of-another-service",
  "s3-action-resource",
  "image-arn-with-account",
  "wildcard-with-exact-operator",
];

test.each(NO_EFFECT)(
  "%s: an element that it reports as ineffective can be removed without changing any decision",
  (rule) => {
    let met = 0;
    inEveryPolicy((world, statements, findings) => {
      const places = findings.filter((finding) => finding.rule === rule).map(({ place }) => place);
      if (places.length === 0) return undefined;
      met++;
      const before = answers(world, statements);
      const place = places.find(
        (taken) => answers(world, without(statements, taken)).join() !== before.join(),
      );
      return place && `${rule} at ${place}`;
    });
    expect(met).toBeGreaterThan(0);
  },
);

/** The policy without the element at a place; a statement whose element becomes empty is removed. */
function without(statements: readonly Statement[], place: string): readonly Statement[] {
  const [, index = "", element = "", item] = /^Statement\[(\d+)\]\.(\w+)(?:\[(\d+)\])?/.exec(place) ?? [];
  return statements.flatMap((given, at) => {
    if (at !== Number(index)) return [given];
    const value = given[element];
    const left = Array.isArray(value)
      ? value.filter((_, position) => String(position) !== (item ?? "0"))
      : [];
    return left.length === 0 ? [] : [{ ...given, [element]: left }];
  });
}

test("public-principal fails exactly when a principal of an account that no statement names is allowed", () => {
  inEveryPolicy((world, statements, findings) => {
    if (world.kind === "identity") return undefined;
    // S3 does not treat a bucket as public if only an IP address is allowed.
    const contexts =
      world.kind === "bucket" ? CONTEXTS.filter(({ "aws:SourceIp": ip }) => ip !== INSIDE) : CONTEXTS;
    const open = answers(world, statements, OUTSIDERS, contexts).includes(true);
    const isReported = findings.some(({ rule }) => rule === "public-principal");
    return open === isReported
      ? undefined
      : `${open ? "open" : "closed"} to accounts that no statement names, ${isReported ? "reported" : "not reported"}`;
  });
});

test("unconditioned-create-grant fails only when a caller can create a grant for a principal of an unrelated account", () => {
  inEveryPolicy((world, statements, findings) => {
    if (!findings.some(({ rule }) => rule === "unconditioned-create-grant")) return undefined;
    const documents = documentsOf(world, statements);
    // An identity policy may allow it on every key except one that it denies.
    const can = [KEY, ANOTHER_KEY].some((resource) =>
      EVERYBODY.some((principal) =>
        CONTEXTS.some((context) =>
          decides(documents, principal, {
            action: "kms:CreateGrant",
            resource,
            context: {
              ...context,
              "kms:GranteePrincipal": ROLE(OUTSIDER, "x"),
              "kms:GrantIsForAWSResource": "false",
            },
          }),
        ),
      ),
    );
    return can ? undefined : "no caller can create such a grant";
  });
});
