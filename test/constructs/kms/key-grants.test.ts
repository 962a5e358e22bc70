import { CustomerManagedKey, type CustomerManagedKeyProps, type KeyGrants } from "../../../constructs";
import { keyPolicy, proofTarget, renderPolicy, type KeyUsers } from "../../../policy";
import { onlyResource, policyOf, synthesisedScope } from "../../_helpers/synthesised";

const HERE = { partition: "aws", account: "111111111111", region: "eu-west-1" };
const COPIER = { account: "222222222222", roleName: "copier" };
const ISSUER = { account: "222222222222", roleName: "deploy" };
const AUTO_SCALING = { awsServiceName: "autoscaling.amazonaws.com" } as const;
const EC2_FLEET = { awsServiceName: "ec2fleet.amazonaws.com" } as const;
const NO_USERS: KeyUsers = { copiers: [], launches: false };

function synthesised(grant: (grants: KeyGrants) => void, props: Partial<CustomerManagedKeyProps> = {}) {
  return synthesisedScope((scope) => {
    const key = new CustomerManagedKey(scope, "key", {
      alias: "alias/app-data",
      description: "application data",
      ...props,
    });
    grant(key.grants);
  });
}

const statementsOf = (grant: (grants: KeyGrants) => void, props: Partial<CustomerManagedKeyProps> = {}) =>
  policyOf(onlyResource(synthesised(grant, props), "aws_kms_key")).Statement;
const sidsOf = (...given: Parameters<typeof statementsOf>) => statementsOf(...given).map(({ Sid }) => Sid);

/** The statements of the permission table, which is proved, for these users. */
const table = (users: Partial<KeyUsers>) =>
  renderPolicy(keyPolicy({ ...HERE, ...NO_USERS, ...users }), proofTarget).Statement;

describe("each grant adds the statements of the permission table", () => {
  test.each<[string, (grants: KeyGrants) => void, Partial<KeyUsers>]>([
    ["none", () => undefined, {}],
    [
      "copying",
      (grants) => grants.allowCopying(COPIER),
      { copiers: [{ account: COPIER.account, runnerRole: "copier" }] },
    ],
    ["launching", (grants) => grants.allowLaunching(), { launches: true }],
    [
      "grants of other accounts",
      (grants) => grants.allowLaunchGrants([AUTO_SCALING], ISSUER),
      { launchGrants: { issuers: [ISSUER], grantees: [AUTO_SCALING] } },
    ],
    ["an EBS default key", (grants) => grants.allowEbsDefault(), { ebsDefault: true }],
    [
      "all of them, in any order",
      (grants) => {
        grants.allowEbsDefault();
        grants.allowCopying(COPIER);
        grants.allowLaunching();
      },
      { copiers: [{ account: COPIER.account, runnerRole: "copier" }], launches: true, ebsDefault: true },
    ],
  ])("%s", (_, grant, users) => {
    expect(statementsOf(grant, { environment: HERE })).toEqual(table(users));
  });

  test("a role that is granted access twice is listed once, and other roles are added", () => {
    const statements = statementsOf(
      (grants) => {
        grants.allowCopying(COPIER);
        grants.allowCopying(COPIER, { ...COPIER, account: "333333333333" });
      },
      { environment: HERE },
    );
    const copiers = ["222222222222", "333333333333"].map((account) => ({ account, runnerRole: "copier" }));
    expect(statements).toEqual(table({ copiers }));
  });
});

test("issuers and grantees that are named twice are listed once, and others are added", () => {
  const other = { ...ISSUER, account: "333333333333" };
  const suffixed = { ...AUTO_SCALING, customSuffix: "batch" };
  const statements = statementsOf(
    (grants) => {
      grants.allowLaunchGrants([AUTO_SCALING], ISSUER);
      grants.allowLaunchGrants([AUTO_SCALING, suffixed, EC2_FLEET], ISSUER, other);
    },
    { environment: HERE },
  );
  const launchGrants = { issuers: [ISSUER, other], grantees: [AUTO_SCALING, suffixed, EC2_FLEET] };
  expect(statements).toEqual(table({ launchGrants }));
});

describe("a key without a given environment", () => {
  test("takes it from its provider, as Terraform expressions", () => {
    const stack = synthesised((grants) => {
      grants.allowCopying(COPIER);
      grants.allowLaunching();
    });
    const nameOf = (type: string) => Object.keys(stack.data?.[type] ?? {})[0];
    const account = `\${data.aws_caller_identity.${nameOf("aws_caller_identity")}.account_id}`;
    const partition = `\${data.aws_partition.${nameOf("aws_partition")}.partition}`;
    const region = `\${data.aws_region.${nameOf("aws_region")}.id}`;
    const users = { copiers: [{ account: COPIER.account, runnerRole: "copier" }], launches: true };
    expect(policyOf(onlyResource(stack, "aws_kms_key")).Statement).toEqual(
      renderPolicy(keyPolicy({ account, partition, region, ...users }), proofTarget).Statement,
    );
  });

  test("does not read its Region if nothing is granted", () => {
    const { data = {} } = synthesised(() => undefined);
    expect(Object.keys(data).sort()).toEqual(["aws_caller_identity", "aws_partition"]);
  });
});

describe("a key with its own policy", () => {
  const OWN = {
    sid: "Own",
    effect: "Allow",
    principal: { AWS: ["arn:aws:iam::111111111111:root"] },
    actions: ["kms:*"],
    resources: ["*"],
  } as const;

  test("keeps the policy, and adds the grants", () => {
    const props = { policy: [OWN], environment: HERE };
    expect(sidsOf(() => undefined, props)).toEqual(["Own", "NobodySchedulesDeletion"]);
    expect(sidsOf((grants) => grants.allowLaunching(), props)).toEqual([
      "Own",
      "AutoScalingGrantsToEbs",
      "AutoScalingMakesVolumes",
      "AutoScalingUses",
      "NobodySchedulesDeletion",
    ]);
  });

  test("has no deletion guard with removalPolicy destroy", () => {
    const props = { environment: HERE, removalPolicy: "destroy" as const };
    const launching = (grants: KeyGrants) => grants.allowLaunching();
    expect(sidsOf(launching, { ...props, policy: [OWN] })).not.toContain("NobodySchedulesDeletion");
    expect(sidsOf(launching, props)).not.toContain("NobodySchedulesDeletion");
    expect(sidsOf(launching, props)).toContain("AccountDecidesByIam");
  });
});

test.each([
  [{ ...COPIER, account: "2222" }, 'account is "2222", allowed is an account id of 12 digits'],
  [{ ...COPIER, roleName: "a/path" }, 'roleName is "a/path"'],
])("rejects the role %j", (role, message) => {
  expect(() => synthesised((grants) => grants.allowCopying(role))).toThrow(message);
});

test.each<[string, (grants: KeyGrants) => void, string]>([
  ["no grantee", (grants) => grants.allowLaunchGrants([], ISSUER), "grantees is empty"],
  ["no issuer", (grants) => grants.allowLaunchGrants([AUTO_SCALING]), "issuers is empty"],
  [
    "an issuer with a path",
    (grants) => grants.allowLaunchGrants([AUTO_SCALING], { ...ISSUER, roleName: "ci/deploy" }),
    'roleName is "ci/deploy"',
  ],
  [
    "a suffix that the service does not know",
    (grants) => grants.allowLaunchGrants([{ ...EC2_FLEET, customSuffix: "batch" }], ISSUER),
    'customSuffix is "batch", allowed is none for ec2fleet.amazonaws.com',
  ],
])("rejects grants with %s", (_, grant, message) => {
  expect(() => synthesised(grant)).toThrow(message);
});

test("rejects more roles than fit into a key policy", () => {
  const roles = Array.from({ length: 200 }, (_, i) => ({ ...COPIER, account: String(200_000_000_000 + i) }));
  expect(() => synthesised((grants) => grants.allowCopying(...roles))).toThrow(
    /policy is \d+ characters long, allowed is at most 32768 characters/,
  );
});
