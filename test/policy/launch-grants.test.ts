import { evaluate, type AccessRequest, type ContextValue } from "@keyferry/evaluator";
import {
  granteeArns,
  grantIssuerPolicy,
  keyPolicy,
  LAUNCH_OPERATIONS,
  proofTarget,
  renderPolicy,
  type PolicyDocument,
} from "../../policy";
import { mutations } from "../../policy/proof/mutations";
import { sessionOf } from "../../policy/proof/call";

/** A key of one account, on which two other accounts create grants for their Auto Scaling and EC2 Fleet. */
const OWNER = "111111111111";
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const OTHER_KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/0987dcba-09fe-87dc-65ba-ab0987654321`;
const ISSUERS = [
  { account: "222222222222", roleName: "deploy" },
  { account: "333333333333", roleName: "terraform" },
];
const OUTSIDER = "444444444444";
const GRANTEES = [
  { awsServiceName: "autoscaling.amazonaws.com" },
  { awsServiceName: "autoscaling.amazonaws.com", customSuffix: "batch" },
  { awsServiceName: "ec2fleet.amazonaws.com" },
] as const;

interface Halves {
  readonly key: PolicyDocument;
  /** By account. */
  readonly issuers: Readonly<Record<string, PolicyDocument>>;
}

const HALVES: Halves = {
  key: renderPolicy(
    keyPolicy({
      ...{ partition: "aws", account: OWNER, region: "eu-west-1", copiers: [], launches: false },
      launchGrants: { issuers: ISSUERS, grantees: GRANTEES },
    }),
    proofTarget,
  ),
  issuers: Object.fromEntries(
    ISSUERS.map(({ account }) => [
      account,
      renderPolicy(
        grantIssuerPolicy({ partition: "aws", account, keyArns: [KEY], grantees: GRANTEES }),
        proofTarget,
      ),
    ]),
  ),
};

const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

interface Question {
  readonly account: string;
  readonly role: string;
  readonly action: string;
  readonly key?: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** Used instead of the issuer's own policy: what IAM of another caller's account allows. */
  readonly identity?: object;
  /** The half that must refuse it by itself. @default - either half */
  readonly refusedBy?: "key" | "identity";
}

const creates = (grantee: string, operations: readonly string[] = LAUNCH_OPERATIONS) => ({
  action: "kms:CreateGrant",
  context: { "kms:GranteePrincipal": grantee, "kms:GrantOperations": operations },
});
const granteesOf = (account: string) => granteeArns("aws", account, GRANTEES);

/** What Terraform does for each grant. */
const NEEDED: readonly Question[] = ISSUERS.flatMap(({ account, roleName: role }) => [
  ...granteesOf(account).map((grantee) => ({ account, role, ...creates(grantee) })),
  { account, role, action: "kms:ListGrants" },
]);

/** Similar calls that must be refused; for one half, while the other allows everything. */
const REFUSED: readonly Question[] = ISSUERS.flatMap(({ account, roleName: role }): Question[] => {
  const [grantee = ""] = granteesOf(account);
  const otherGrantees = [
    `arn:aws:iam::${account}:role/admin`,
    `arn:aws:iam::${account}:root`,
    `arn:aws:iam::${account}:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`,
    ...granteesOf(OUTSIDER),
  ].map((other) => ({ account, role, ...creates(other) }));
  const serviceGrantee = {
    action: "kms:CreateGrant",
    context: {
      "kms:GranteeServicePrincipal": "dynamodb.eu-west-1.amazonaws.com",
      "kms:GrantOperations": LAUNCH_OPERATIONS,
    },
  };
  const tooMuch = ["RetireGrant", "GenerateMac", "Sign"].map((operation) => ({
    account,
    role,
    ...creates(grantee, [...LAUNCH_OPERATIONS, operation]),
  }));
  const otherActions = ["kms:Decrypt", "kms:RevokeGrant", "kms:DescribeKey", "kms:PutKeyPolicy"].map(
    (action) => ({ account, role, action }),
  );
  const wide = [...otherGrantees, { account, role, ...serviceGrantee }, ...tooMuch, ...otherActions];
  const allowed = [{ ...creates(grantee) }, { action: "kms:ListGrants" }];
  return [
    ...wide.flatMap((question) => [
      { ...question, refusedBy: "key" as const },
      { ...question, refusedBy: "identity" as const },
    ]),
    ...allowed.flatMap((question): Question[] => [
      { account, role: "developer", ...question, refusedBy: "key" },
      { account: OUTSIDER, role, ...question, refusedBy: "key" },
      { account, role, ...question, identity: { Version: "2012-10-17", Statement: [] } },
      { account, role, ...question, key: OTHER_KEY, refusedBy: "identity" },
    ]),
  ];
});

/** The grant, which allows the issuer's account to retire it, and that account's IAM decide about retiring, not the key policy. */
const RETIRING = ISSUERS.map(({ account, roleName: role }) => ({ account, role, action: "kms:RetireGrant" }));

function requestOf({ account, role, action, key = KEY, context = {} }: Question): AccessRequest {
  return {
    action,
    resource: key,
    resourceAccount: OWNER,
    principal: sessionOf("aws", account, role),
    context: { "aws:RequestedRegion": "eu-west-1", "aws:SecureTransport": "true", ...context },
  };
}

function isAllowed(question: Question, { key, issuers }: Halves): boolean {
  const { refusedBy } = question;
  const open = { ...EVERYTHING, Statement: [{ ...EVERYTHING.Statement[0], Principal: { AWS: ["*"] } }] };
  const identity =
    question.identity ?? (refusedBy === "key" ? EVERYTHING : (issuers[question.account] ?? EVERYTHING));
  // An open key policy would allow every principal without IAM; a statement for the account delegates to IAM.
  const delegating = {
    ...open,
    Statement: [{ ...open.Statement[0], Principal: { AWS: [`arn:aws:iam::${question.account}:root`] } }],
  };
  return evaluate(requestOf(question), {
    identity: [{ name: "issuer", document: identity }],
    resource: { name: "key policy", document: refusedBy === "identity" ? delegating : key },
  }).allowed;
}

/** The issuer's half of retiring. */
function mayRetire(question: Question, halves: Halves): boolean {
  return isAllowed({ ...question, refusedBy: "identity" }, halves);
}

const leaks = (halves: Halves) => REFUSED.filter((question) => isAllowed(question, halves));
const refusals = (halves: Halves) => [
  ...NEEDED.filter((question) => !isAllowed(question, halves)),
  ...RETIRING.filter((question) => !mayRetire(question, halves)),
];

test("both halves together allow what Terraform does for each grant", () => {
  expect(refusals(HALVES)).toEqual([]);
});

test("each half by itself refuses other grantees, operations, actions and callers", () => {
  expect(leaks(HALVES)).toEqual([]);
});

test("retiring is allowed only on the key of the grant", () => {
  for (const question of RETIRING) expect(mayRetire({ ...question, key: OTHER_KEY }, HALVES)).toBe(false);
});

/** Mutations that change nothing, with the reason. */
const EQUAL = [
  // No other action has kms:GranteePrincipal in its context.
  "IssuersGrantToServiceLinkedRoles with Action kms:*",
  "GrantKeysToServiceLinkedRoles with Action kms:*",
  // The roles' ARNs also contain their accounts, and across accounts IAM must always allow the call too.
  'IssuersGrantToServiceLinkedRoles with Principal "*"',
  'IssuersReadGrants with Principal "*"',
];

describe("every removed or widened part of the policies is noticed", () => {
  const [first] = ISSUERS;
  const account = first?.account ?? "";
  const ownRows = ["IssuersGrantToServiceLinkedRoles", "IssuersReadGrants"];
  const cases = [
    ...mutations(HALVES.key)
      .filter(({ row }) => ownRows.includes(row))
      .map(({ document, ...mutation }) => ({ ...mutation, halves: { ...HALVES, key: document } })),
    ...mutations(HALVES.issuers[account] as PolicyDocument).map(({ document, ...mutation }) => ({
      ...mutation,
      halves: { ...HALVES, issuers: { ...HALVES.issuers, [account]: document } },
    })),
  ];

  test.each(cases)("$row $what", ({ row, kind, what, halves }) => {
    const retiresElsewhere = (changed: Halves) =>
      RETIRING.filter((question) => mayRetire({ ...question, key: OTHER_KEY }, changed));
    const noticed = kind === "narrowed" ? refusals(halves) : [...leaks(halves), ...retiresElsewhere(halves)];
    const isEqual = EQUAL.includes(`${row} ${what}`);
    expect({ row, what, isNoticed: noticed.length > 0 }).toEqual({ row, what, isNoticed: !isEqual });
  });
});
