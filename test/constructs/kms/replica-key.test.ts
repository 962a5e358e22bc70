import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import {
  CustomerManagedKey,
  type CustomerManagedKeyProps,
  type KeyEnvironment,
  type ReplicaKeyProps,
  type Statement,
} from "../../../constructs";
import { onlyResource, policyOf, resources, synthesisedScope } from "../../_helpers/synthesised";

const IRELAND = { partition: "aws", account: "111111111111", region: "eu-west-1" };
const FRANKFURT = { ...IRELAND, region: "eu-central-1" };

interface Given {
  readonly key?: Partial<CustomerManagedKeyProps>;
  readonly replica?: Partial<ReplicaKeyProps>;
  readonly before?: (key: CustomerManagedKey) => void;
  readonly after?: (key: CustomerManagedKey) => void;
}

function synthesised({ key = {}, replica = {}, before, after }: Given = {}) {
  return synthesisedScope((scope: Construct) => {
    const provider = new AwsProvider(scope, "frankfurt", { region: FRANKFURT.region, alias: "frankfurt" });
    const primary = new CustomerManagedKey(scope, "key", {
      alias: "alias/app-data",
      description: "application data",
      environment: IRELAND,
      multiRegion: true,
      ...key,
    });
    before?.(primary);
    primary.addReplica("frankfurt", { provider, environment: FRANKFURT, ...replica });
    after?.(primary);
  });
}

const policies = (given: Given = {}) => {
  const stack = synthesised(given);
  return {
    primary: policyOf(onlyResource(stack, "aws_kms_key")).Statement,
    replica: policyOf(onlyResource(stack, "aws_kms_replica_key")).Statement,
  };
};

/** A policy's text with one Region replaced by another. */
const moved = (statements: readonly object[]) =>
  JSON.parse(JSON.stringify(statements).replaceAll(IRELAND.region, FRANKFURT.region)) as object[];

test("a replica is a replica key of the primary key in its Region, with the same alias", () => {
  const stack = synthesised();
  const [primary] = Object.keys(stack.resource?.["aws_kms_key"] ?? {});
  const [replica] = Object.keys(stack.resource?.["aws_kms_replica_key"] ?? {});
  expect(onlyResource(stack, "aws_kms_key")).toMatchObject({ multi_region: true });
  expect(onlyResource(stack, "aws_kms_replica_key")).toMatchObject({
    primary_key_arn: `\${aws_kms_key.${primary}.arn}`,
    description: "application data",
    provider: "aws.frankfurt",
  });
  expect(resources(stack, "aws_kms_alias")).toMatchObject([
    { name: "alias/app-data", target_key_id: `\${aws_kms_key.${primary}.key_id}` },
    {
      name: "alias/app-data",
      target_key_id: `\${aws_kms_replica_key.${replica}.key_id}`,
      provider: "aws.frankfurt",
    },
  ]);
});

const ROLE = { account: "222222222222", roleName: "copier" };

test.each(["before", "after"] as const)(
  "grants made %s the replica apply to both keys, each through the services of its Region",
  (when) => {
    const grant = (key: CustomerManagedKey) => {
      key.grants.allowCopying(ROLE);
      key.grants.allowLaunching();
    };
    const { primary, replica } = policies({ [when]: grant });
    expect(JSON.stringify(primary)).toContain("ec2.eu-west-1.amazonaws.com");
    expect(JSON.stringify(primary)).not.toContain("eu-central-1");
    expect(replica).toEqual(moved(primary));
  },
);

test("grants on a replica also apply to its primary key", () => {
  const stack = synthesisedScope((scope: Construct) => {
    const provider = new AwsProvider(scope, "frankfurt", { region: FRANKFURT.region, alias: "frankfurt" });
    const key = new CustomerManagedKey(scope, "key", {
      alias: "alias/app-data",
      description: "application data",
      environment: IRELAND,
      multiRegion: true,
    });
    key.addReplica("frankfurt", { provider, environment: FRANKFURT }).grants.allowCopying(ROLE);
  });
  for (const type of ["aws_kms_key", "aws_kms_replica_key"])
    expect(JSON.stringify(policyOf(onlyResource(stack, type)))).toContain(ROLE.account);
});

test("a policy function is called for each environment", () => {
  const policy = ({ account, region }: KeyEnvironment): Statement[] => [
    {
      sid: "Own",
      effect: "Allow",
      principal: { AWS: [`arn:aws:iam::${account}:root`] },
      actions: ["kms:*"],
      resources: ["*"],
      conditions: { StringEquals: { "kms:ViaService": [`rds.${region}.amazonaws.com`] } },
    },
  ];
  const { primary, replica } = policies({ key: { policy } });
  expect(JSON.stringify(primary)).toContain("rds.eu-west-1.amazonaws.com");
  expect(replica).toEqual(moved(primary));
});

test("a replica is retained or destroyed like its primary key", () => {
  const retained = onlyResource(synthesised(), "aws_kms_replica_key");
  expect(retained).toMatchObject({ lifecycle: { prevent_destroy: true } });
  expect(policyOf(retained).Statement.map(({ Sid }) => Sid)).toContain("NobodySchedulesDeletion");
  const destroyed = onlyResource(
    synthesised({ key: { removalPolicy: "destroy" }, replica: { deletionWindowInDays: 7 } }),
    "aws_kms_replica_key",
  );
  expect(destroyed).toMatchObject({ deletion_window_in_days: 7 });
  expect(destroyed).not.toHaveProperty("lifecycle");
  expect(destroyed).not.toHaveProperty("policy");
});

test("a replica can be disabled separately", () => {
  const stack = synthesised({ replica: { enabled: false } });
  expect(onlyResource(stack, "aws_kms_replica_key")).toMatchObject({ enabled: false });
  expect(onlyResource(stack, "aws_kms_key")).not.toHaveProperty("is_enabled");
});

test("a single-Region key is synthesised as before", () => {
  const stack = synthesisedScope(
    (scope) => new CustomerManagedKey(scope, "key", { alias: "alias/one", description: "one" }),
  );
  expect(onlyResource(stack, "aws_kms_key")).not.toHaveProperty("multi_region");
});

const viaIreland: Statement = {
  sid: "Ireland",
  effect: "Allow",
  principal: { AWS: ["arn:aws:iam::111111111111:root"] },
  actions: ["kms:*"],
  resources: ["*"],
  conditions: { StringEquals: { "kms:ViaService": ["ec2.eu-west-1.amazonaws.com"] } },
};

test.each<[string, Given, string]>([
  ["of a key of one Region", { key: { multiRegion: false } }, "true for a key with replicas"],
  ["in the key's own Region", { replica: { environment: IRELAND } }, "a Region other than the key's own"],
  [
    "in another account",
    { replica: { environment: { ...FRANKFURT, account: "222222222222" } } },
    "account 111111111111 in aws, the key's own",
  ],
  [
    "under a policy that names one Region",
    { key: { policy: [viaIreland] } },
    'policy is limited to one Region ("ec2.eu-west-1.amazonaws.com"), so that the replica cannot be used in another',
  ],
  ["with a window that AWS refuses", { replica: { deletionWindowInDays: 6 } }, "deletionWindowInDays is 6"],
])("a replica %s is refused", (_what, given, message) => {
  expect(() => synthesised(given)).toThrow(message);
});
