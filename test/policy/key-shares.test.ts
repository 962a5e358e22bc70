import { evaluate, type AccessRequest, type ContextValue } from "@keyferry/evaluator";
import {
  keyPolicy,
  KEY_SHARE_ROWS,
  proofTarget,
  renderPolicy,
  type KeyShares,
  type PolicyDocument,
} from "../../policy";
import { lintPolicy } from "../../policy/lint";
import { sessionOf } from "../../policy/proof/call";
import { mutations } from "../../policy/proof/mutations";

/** A key of one account that is shared with other accounts in every possible way. */
const OWNER = "111111111111";
const PARTNER = "222222222222";
const WITH_ROLE = "333333333333";
const MEMBER = "444444444444";
const OUTSIDER = "999999999999";
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ORGANIZATION = "o-a1b2c3d4e5";
const UNIT = `${ORGANIZATION}/r-ab12/ou-ab12-11111111`;
const NO_SHARES: KeyShares = { accounts: [], roles: [], organizationalUnits: [], viaServices: ["ec2"] };

/** For each way of sharing: callers that it allows, and similar callers that it does not. */
interface Way {
  readonly shares: KeyShares;
  readonly sharers: readonly Caller[];
  readonly others: readonly Caller[];
}

interface Caller {
  readonly account: string;
  readonly role: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
}

const inOrganization = (account: string, path = UNIT, organization = ORGANIZATION): Caller => ({
  account,
  role: "app",
  context: { "aws:PrincipalOrgID": organization, "aws:PrincipalOrgPaths": [`${path}/`] },
});
const partner = { account: PARTNER, role: "app" };
const outsider = { account: OUTSIDER, role: "app" };
const withRole = { account: WITH_ROLE, role: "app" };

const WAYS: Readonly<Record<string, Way>> = {
  accounts: {
    shares: { ...NO_SHARES, accounts: [PARTNER] },
    sharers: [partner],
    others: [outsider, withRole],
  },
  roles: {
    shares: { ...NO_SHARES, roles: [`arn:aws:iam::${WITH_ROLE}:role/app`] },
    sharers: [withRole],
    others: [outsider, partner, { account: WITH_ROLE, role: "other" }],
  },
  organization: {
    shares: { ...NO_SHARES, organization: ORGANIZATION },
    sharers: [inOrganization(MEMBER), inOrganization(MEMBER, `${ORGANIZATION}/r-ab12/ou-ab12-22222222`)],
    others: [outsider, inOrganization(OUTSIDER, "o-zzzzzzzzzz/r-zz12/ou-zz12-11111111", "o-zzzzzzzzzz")],
  },
  organizationalUnits: {
    shares: { ...NO_SHARES, organizationalUnits: [UNIT] },
    sharers: [inOrganization(MEMBER), inOrganization(MEMBER, `${UNIT}/ou-ab12-33333333`)],
    others: [
      outsider,
      inOrganization(MEMBER, `${ORGANIZATION}/r-ab12/ou-ab12-22222222`),
      inOrganization(MEMBER, `${ORGANIZATION}/r-ab12`),
    ],
  },
};

const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const NOTHING = { Version: "2012-10-17", Statement: [] };
const EC2 = { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" };
const FOR_AWS = { ...EC2, "kms:GrantIsForAWSResource": "true" };

interface Call {
  readonly action: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
}

const USED = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** The calls of EC2 for the principals that the key is shared with. */
const NEEDED: readonly Call[] = [
  { action: "kms:DescribeKey" },
  ...USED.map((action) => ({ action, context: EC2 })),
  { action: "kms:CreateGrant", context: FOR_AWS },
];

/** Similar calls that must be refused: direct ones, through another service or Region, and changes of the key. */
const NEVER: readonly Call[] = [
  ...USED.flatMap((action) => [
    { action },
    { action, context: { "kms:ViaService": "rds.eu-west-1.amazonaws.com" } },
    { action, context: { "kms:ViaService": "ec2.eu-central-1.amazonaws.com" } },
  ]),
  { action: "kms:CreateGrant" },
  { action: "kms:CreateGrant", context: EC2 },
  { action: "kms:CreateGrant", context: { ...FOR_AWS, "kms:ViaService": "rds.eu-west-1.amazonaws.com" } },
  ...["PutKeyPolicy", "ListGrants", "RevokeGrant", "DisableKey", "GetKeyPolicy"].flatMap((name) => [
    { action: `kms:${name}` },
    { action: `kms:${name}`, context: FOR_AWS },
  ]),
];

function policyOf(shares: KeyShares): PolicyDocument {
  const access = { partition: "aws", account: OWNER, region: "eu-west-1", copiers: [], launches: false };
  return renderPolicy(keyPolicy({ ...access, shares }), proofTarget);
}

function isAllowed(caller: Caller, call: Call, document: object, identity: object = EVERYTHING): boolean {
  const request: AccessRequest = {
    action: call.action,
    resource: KEY,
    resourceAccount: OWNER,
    principal: sessionOf("aws", caller.account, caller.role),
    context: {
      "aws:RequestedRegion": "eu-west-1",
      "aws:SecureTransport": "true",
      "kms:CallerAccount": caller.account,
      ...caller.context,
      ...call.context,
    },
  };
  return evaluate(request, {
    identity: [{ name: "caller", document: identity }],
    resource: { name: "key policy", document },
  }).allowed;
}

const named = (caller: Caller, { action, context }: Call) =>
  `${caller.account} ${caller.role} ${JSON.stringify(caller.context ?? {})} ${action} ${JSON.stringify(context ?? {})}`;

/** Needed calls that are refused. */
function refusals({ sharers }: Way, document: object): readonly string[] {
  return sharers.flatMap((caller) =>
    NEEDED.filter((call) => !isAllowed(caller, call, document)).map((call) => named(caller, call)),
  );
}

/** Calls that are allowed and must not be: by others, by sharers in other ways, and by callers to which IAM allows nothing. */
function leaks({ sharers, others }: Way, document: object): readonly string[] {
  const owner = { account: OWNER, role: "app" };
  const owners = [owner, ...sharers.map(({ context = {} }) => ({ ...owner, context }))];
  return [
    ...others.flatMap((caller) =>
      [...NEEDED, ...NEVER]
        .filter((call) => isAllowed(caller, call, document))
        .map((call) => named(caller, call)),
    ),
    ...sharers.flatMap((caller) =>
      NEVER.filter((call) => isAllowed(caller, call, document)).map((call) => named(caller, call)),
    ),
    ...[...owners, ...sharers].flatMap((caller) =>
      [...NEEDED, ...NEVER]
        .filter((call) => isAllowed(caller, call, document, NOTHING))
        .map((call) => `without IAM: ${named(caller, call)}`),
    ),
  ];
}

describe.each(Object.entries(WAYS))("a key that is shared with %s", (_, way) => {
  const document = policyOf(way.shares);

  test("may be used through EC2 by the principals it is shared with whose IAM allows it", () => {
    expect(refusals(way, document)).toEqual([]);
  });

  test("may not be used by other principals, in other ways, or without IAM, not even in its own account", () => {
    expect(leaks(way, document)).toEqual([]);
  });

  test("has a policy in which lint finds no mistake", () => {
    expect(lintPolicy({ document, kind: "key" })).toEqual([]);
  });

  const rows = KEY_SHARE_ROWS.map(({ id }) => id);
  const cases = mutations(document).filter(({ row }) => rows.includes(row));

  test.each(cases)("notices $row $what", ({ row, kind, what, document: changed }) => {
    const noticed = kind === "narrowed" ? refusals(way, changed) : leaks(way, changed);
    const isEqual = EQUAL.some((one) => `${row} ${what}`.includes(one));
    expect({ row, what, isNoticed: noticed.length > 0 }).toEqual({ row, what, isNoticed: !isEqual });
  });
});

/** Mutations that change nothing, with the reason. */
const EQUAL = [
  // The roles' ARNs also contain their accounts, and across accounts IAM must always allow the call too.
  'SharingRolesDescribe with Principal "*"',
  'SharingRolesGrant with Principal "*"',
  'SharingRolesUse with Principal "*"',
];

test("a key is shared only through the named services, in its own Region", () => {
  const document = policyOf({ ...NO_SHARES, accounts: [PARTNER], viaServices: ["rds", "s3"] });
  const through = (service: string) =>
    isAllowed(
      partner,
      { action: "kms:Decrypt", context: { "kms:ViaService": `${service}.eu-west-1.amazonaws.com` } },
      document,
    );
  expect([through("rds"), through("s3"), through("ec2")]).toEqual([true, true, false]);
});

test("300 accounts fit into one policy", () => {
  const accounts = Array.from({ length: 300 }, (_, index) => String(100_000_000_000 + index));
  const document = policyOf({ ...NO_SHARES, accounts, viaServices: ["ec2", "rds", "s3"] });
  expect(JSON.stringify(document).length).toBeLessThan(32_768);
  const last = { account: accounts.at(-1) ?? "", role: "app" };
  expect(isAllowed(last, { action: "kms:Decrypt", context: EC2 }, document)).toBe(true);
});
