import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { ImportedKey, type ImportedKeyProps, type ReplicaKeyProps } from "../../../constructs";
import { onlyResource, policyOf, synthesisedScope } from "../../_helpers/synthesised";

function synthesised(
  props: Partial<ImportedKeyProps> = {},
  use: (key: ImportedKey) => void = () => undefined,
) {
  return synthesisedScope((scope) =>
    use(new ImportedKey(scope, "key", { alias: "alias/ours", description: "material of our own", ...props })),
  );
}

const keyOf = (...given: Parameters<typeof synthesised>) =>
  onlyResource(synthesised(...given), "aws_kms_external_key");

test("an imported key is created without material, and changes of the material outside Terraform do not appear in a plan", () => {
  const key = keyOf();
  expect(key).not.toHaveProperty("key_material_base64");
  expect(key).not.toHaveProperty("valid_to");
  expect(key).toMatchObject({ lifecycle: { ignore_changes: ["key_material_base64", "valid_to"] } });
});

test("it is retained with the deletion guard like any key, unless removalPolicy is destroy", () => {
  const retained = keyOf();
  expect(retained).toMatchObject({ lifecycle: { prevent_destroy: true }, deletion_window_in_days: 30 });
  expect(policyOf(retained).Statement.map(({ Sid }) => Sid)).toEqual([
    "AccountDecidesByIam",
    "NobodySchedulesDeletion",
  ]);
  const destroyed = keyOf({ removalPolicy: "destroy" });
  expect(destroyed).not.toHaveProperty("policy");
  expect(destroyed).not.toMatchObject({ lifecycle: { prevent_destroy: true } });
});

test("its grants become statements of its policy, also those added after its creation", () => {
  const { Statement } = policyOf(
    keyOf({}, (key) => key.grants.allowCopying({ account: "222222222222", roleName: "copier" })),
  );
  expect(JSON.stringify(Statement)).toContain("222222222222");
});

const FRANKFURT = { partition: "aws", account: "111111111111", region: "eu-central-1" };

function withReplica(props: Partial<ImportedKeyProps> = {}, replica: Partial<ReplicaKeyProps> = {}) {
  return synthesisedScope((scope) => {
    const provider = new AwsProvider(scope, "frankfurt", { region: FRANKFURT.region, alias: "frankfurt" });
    const key = new ImportedKey(scope, "key", {
      alias: "alias/ours",
      description: "material of our own",
      environment: { ...FRANKFURT, region: "eu-west-1" },
      multiRegion: true,
      ...props,
    });
    key.addReplica("frankfurt", { provider, environment: FRANKFURT, ...replica });
    key.grants.allowCopying({ account: "222222222222", roleName: "copier" });
  });
}

test("a replica needs its own import, and allows the same principals as its primary key, through its own Region", () => {
  const stack = withReplica();
  const primary = onlyResource(stack, "aws_kms_external_key");
  const replica = onlyResource(stack, "aws_kms_replica_external_key");
  expect(primary).toMatchObject({ multi_region: true });
  expect(replica).not.toHaveProperty("key_material_base64");
  expect(replica).toMatchObject({
    primary_key_arn: expect.stringMatching(/aws_kms_external_key\..*\.arn/),
    lifecycle: { ignore_changes: ["key_material_base64", "valid_to"], prevent_destroy: true },
    provider: "aws.frankfurt",
  });
  const policy = JSON.stringify(policyOf(primary).Statement);
  expect(policy).toContain("222222222222");
  expect(policyOf(replica).Statement).toEqual(JSON.parse(policy.replaceAll("eu-west-1", "eu-central-1")));
});

test("a replica is destroyed if its key may be destroyed, and both can be disabled separately", () => {
  const stack = withReplica({ removalPolicy: "destroy", enabled: false }, { enabled: false });
  expect(onlyResource(stack, "aws_kms_external_key")).toMatchObject({ enabled: false });
  const replica = onlyResource(stack, "aws_kms_replica_external_key");
  expect(replica).toMatchObject({ enabled: false });
  expect(replica["lifecycle"]).toEqual({ ignore_changes: ["key_material_base64", "valid_to"] });
});

test("a replica of a single-Region key is refused", () => {
  expect(() => withReplica({ multiRegion: false })).toThrow("true for a key with replicas");
});

test("its alias points at it", () => {
  const stack = synthesised();
  const [id] = Object.keys(stack.resource?.["aws_kms_external_key"] ?? {});
  expect(onlyResource(stack, "aws_kms_alias")).toMatchObject({
    name: "alias/ours",
    target_key_id: `\${aws_kms_external_key.${id}.id}`,
  });
});

test.each([
  [{ alias: "ours" }, 'alias is "ours"'],
  [{ deletionWindowInDays: 31 }, "deletionWindowInDays is 31"],
])("fails for %j", (props, message) => {
  expect(() => synthesised(props)).toThrow(message);
});
