import { resolveTopology } from "../../topology";
import demo from "../../keyferry.config";
import { acme, mutual, withEbsDefaults } from "../_helpers/topologies";
import {
  addresses,
  onlyResource,
  policyOf,
  resources,
  synthesisedTopology,
  type Synthesised,
} from "../_helpers/synthesised";

const BUILDER = "111111111111";
const DESTINATIONS = { prod: "222222222222", staging: "333333333333" } as const;

function statementsOf(stack: Synthesised | undefined, type: string) {
  return resources(stack, type).flatMap((body) => policyOf(body).Statement);
}

describe("the stacks of one builder and two destinations", () => {
  const stacks = synthesisedTopology(acme());

  test("every account has a keys stack and an access stack, and a consumers stack if it launches instances", () => {
    expect(Object.keys(stacks)).toEqual([
      "foundation-keys-builder",
      "foundation-keys-prod",
      "foundation-keys-staging",
      "foundation-access-builder",
      "foundation-access-prod",
      "foundation-access-staging",
      "consumers-prod",
    ]);
  });

  test("keys and consumers stacks refer to no other stack; access stacks read only keys stacks", () => {
    for (const [name, stack] of Object.entries(stacks)) {
      const read = Object.keys(stack.data?.["terraform_remote_state"] ?? {});
      if (name.startsWith("foundation-access-")) {
        expect(read.length).toBeGreaterThan(0);
        for (const id of read) expect(id).toMatch(/^cross-stack-reference-input-foundation-keys-/);
      } else {
        expect(read).toEqual([]);
      }
    }
  });

  test("each stack has one provider for each Region, bound to its account", () => {
    const ids: Record<string, string> = { builder: BUILDER, ...DESTINATIONS };
    for (const [name, stack] of Object.entries(stacks)) {
      const account = ids[name.replace(/^.*-/, "")] as string;
      const providers = stack.provider?.["aws"] ?? [];
      expect(providers.length).toBeGreaterThan(0);
      expect(new Set(providers.map((provider) => provider["alias"])).size).toBe(providers.length);
      for (const provider of providers) {
        expect(provider).toMatchObject({
          alias: provider["region"],
          allowed_account_ids: [account],
          assume_role: [
            { role_arn: `arn:aws:iam::${account}:role/keyferry-deploy`, session_name: "keyferry-deploy" },
          ],
          default_tags: [{ tags: { "keyferry:topology": "acme" } }],
        });
        expect(provider).not.toHaveProperty("skip_requesting_account_id");
      }
    }
  });

  test.each(Object.entries(DESTINATIONS))(
    "the key policy and the role's policy both allow %s to use the transit key",
    (name, account) => {
      const keyStatements = statementsOf(stacks["foundation-keys-builder"], "aws_kms_key");
      const [transit] = Object.keys(stacks["foundation-keys-builder"]?.output ?? {});
      const runner = onlyResource(stacks[`foundation-access-${name}`], "aws_iam_role")["name"];
      for (const action of ["kms:CreateGrant", "kms:DescribeKey", "kms:ReEncryptFrom"]) {
        const letIn = keyStatements.filter(
          (statement) =>
            statement.Action.includes(action) &&
            statement.Principal?.AWS.includes(`arn:aws:iam::${account}:root`) &&
            statement.Condition?.["ArnEquals"]?.["aws:PrincipalArn"]?.includes(
              `arn:aws:iam::${account}:role/${String(runner)}`,
            ),
        );
        expect(letIn).toHaveLength(1);
        const allowed = statementsOf(stacks[`foundation-access-${name}`], "aws_iam_role_policy").filter(
          (statement) =>
            statement.Action.includes(action) &&
            statement.Resource?.some((resource) => resource.includes(String(transit))),
        );
        expect(allowed.length).toBeGreaterThan(0);
      }
    },
  );

  test("a home key allows no other account", () => {
    for (const [name, account] of Object.entries(DESTINATIONS)) {
      const statements = statementsOf(stacks[`foundation-keys-${name}`], "aws_kms_key");
      for (const statement of statements.filter(({ Effect }) => Effect === "Allow")) {
        for (const principal of statement.Principal?.AWS ?? []) {
          if (principal === "*")
            expect(statement.Condition?.["StringEquals"]?.["kms:CallerAccount"]).toEqual([account]);
          else expect(principal).toBe(`arn:aws:iam::${account}:root`);
        }
      }
    }
  });

  test("the Auto Scaling role is allowed only where instances are launched", () => {
    const letIn = (name: string) =>
      JSON.stringify(statementsOf(stacks[`foundation-keys-${name}`], "aws_kms_key")).includes(
        "AWSServiceRoleForAutoScaling",
      );
    expect([letIn("prod"), letIn("staging"), letIn("builder")]).toEqual([true, false, false]);
  });

  test("no role may use every key: only the listing of aliases has a wildcard", () => {
    const kms = Object.values(stacks)
      .flatMap((stack) => statementsOf(stack, "aws_iam_role_policy"))
      .filter((statement) => statement.Action.some((action) => action.startsWith("kms:")));
    expect(kms.length).toBeGreaterThan(0);
    for (const statement of kms) {
      if (statement.Action.every((action) => action === "kms:ListAliases")) continue;
      expect(JSON.stringify(statement.Resource)).not.toContain("*");
    }
  });

  test("the builder's own key is looked up in its account and Region, and its role names it", () => {
    const stack = stacks["foundation-access-builder"];
    const aliases = Object.entries(stack?.data?.["aws_kms_alias"] ?? {});
    expect(aliases).toMatchObject([
      [expect.any(String), { name: "alias/app-data", provider: "aws.eu-west-1" }],
    ]);
    expect(JSON.stringify(statementsOf(stack, "aws_iam_role_policy"))).toContain(
      `data.aws_kms_alias.${aliases[0]?.[0]}.target_key_arn`,
    );
    expect(stacks["foundation-access-prod"]?.data?.["aws_kms_alias"]).toBeUndefined();
  });

  test("the plan of a consumers stack fails without its home key, and instances launch from the published image", () => {
    const stack = stacks["consumers-prod"];
    expect(stack?.data?.["aws_kms_alias"]).toMatchObject({
      "home-key-eu-central-1": { name: "alias/keyferry/acme/home" },
    });
    expect(onlyResource(stack, "aws_launch_template")).toMatchObject({
      name: "keyferry-acme-web",
      image_id: "resolve:ssm:/images/web",
    });
    expect(onlyResource(stack, "aws_autoscaling_group")).toMatchObject({
      name: "keyferry-acme-web",
      availability_zones: ["eu-central-1a"],
      min_size: 1,
      max_size: 1,
    });
  });
});

test("every address of the demo's stacks is fixed, because a changed address destroys its resource", () => {
  const stacks = synthesisedTopology(resolveTopology(demo));
  expect(Object.fromEntries(Object.entries(stacks).map(([name, stack]) => [name, addresses(stack)]))).toEqual(
    {
      "foundation-keys-builder": [
        "aws_kms_alias.alias-shared-images-eu-west-1",
        "aws_kms_alias.key-shared-images-1-eu-west-1_Alias_397031A5",
        "aws_kms_alias.transit-eu-west-1_Alias_47C778F5",
        "aws_kms_key.key-shared-images-1-eu-west-1_D183BF3E",
        "aws_kms_key.transit-eu-west-1_BD576655",
      ],
      "foundation-keys-prod": [
        "aws_kms_alias.home-eu-central-1_Alias_DDD1714D",
        "aws_kms_key.home-eu-central-1_9947FA66",
      ],
      "foundation-keys-staging": [
        "aws_kms_alias.home-eu-central-1_Alias_DDD1714D",
        "aws_kms_alias.home-eu-west-1_Alias_57DBEFD1",
        "aws_kms_key.home-eu-central-1_9947FA66",
        "aws_kms_key.home-eu-west-1_7D942845",
      ],
      "foundation-access-builder": [
        "aws_iam_policy.runner_Overflow1_68A15531",
        "aws_iam_role.runner_16CD85F2",
        "aws_iam_role_policy.runner_Policy_FF21A887",
        "aws_iam_role_policy_attachment.runner_Attachment1_A2C89909",
        "aws_s3_bucket.images-eu-west-1_46CF8E66",
        "aws_s3_bucket_lifecycle_configuration.images-eu-west-1_Lifecycle_A4AC9F09",
        "aws_s3_bucket_ownership_controls.images-eu-west-1_Ownership_7A77C918",
        "aws_s3_bucket_policy.images-eu-west-1_Policy_FBAC08AA",
        "aws_s3_bucket_public_access_block.images-eu-west-1_PublicAccessBlock_8260ECFB",
        "aws_s3_bucket_server_side_encryption_configuration.images-eu-west-1_Encryption_BF9048F1",
        "data.aws_kms_alias.source-keys_eu-west-1-alias--app-data_E50518B7",
        "data.terraform_remote_state.cross-stack-reference-input-foundation-keys-builder",
      ],
      "foundation-access-prod": [
        "aws_iam_role.runner_16CD85F2",
        "aws_iam_role_policy.runner_Policy_FF21A887",
        "data.terraform_remote_state.cross-stack-reference-input-foundation-keys-builder",
        "data.terraform_remote_state.cross-stack-reference-input-foundation-keys-prod",
      ],
      "foundation-access-staging": [
        "aws_iam_role.runner_16CD85F2",
        "aws_iam_role_policy.runner_Policy_FF21A887",
        "aws_s3_bucket.images-eu-central-1_5C423A0D",
        "aws_s3_bucket_lifecycle_configuration.images-eu-central-1_Lifecycle_433E3D19",
        "aws_s3_bucket_ownership_controls.images-eu-central-1_Ownership_3EC7538D",
        "aws_s3_bucket_policy.images-eu-central-1_Policy_A7B50D9B",
        "aws_s3_bucket_public_access_block.images-eu-central-1_PublicAccessBlock_8668616B",
        "aws_s3_bucket_server_side_encryption_configuration.images-eu-central-1_Encryption_FC554CD8",
        "data.terraform_remote_state.cross-stack-reference-input-foundation-keys-staging",
      ],
      "foundation-grants-staging": [
        "aws_kms_grant.shared-images-1-111111111111-eu-west-1-autoscaling_BD8A6BF8",
        "data.aws_caller_identity.shared-images-1-111111111111-eu-west-1-autoscaling_Account_EB69C9D9",
        "data.aws_partition.shared-images-1-111111111111-eu-west-1-autoscaling_Partition_976CA4F2",
        "data.terraform_remote_state.cross-stack-reference-input-foundation-keys-builder",
      ],
      "foundation-buckets-builder": [
        "aws_iam_role.existing-demo-documents_A6858C2D",
        "aws_iam_role.replicate_33767A3D",
        "aws_iam_role_policy.existing-demo-documents_Policy_2766B3E9",
        "aws_iam_role_policy.replicate_Policy_D8B99334",
        "data.aws_kms_alias.existing-eu-west-1-alias--documents",
      ],
      "foundation-buckets-prod": [
        "aws_iam_role.replicate_33767A3D",
        "aws_iam_role_policy.replicate_Policy_D8B99334",
        "aws_kms_alias.buckets-eu-central-1_Alias_43B4D3C9",
        "aws_kms_key.buckets-eu-central-1_D7366196",
        "aws_s3_bucket.bucket-demo-documents-222222222222-eu-central-1_18435FD8",
        "aws_s3_bucket_ownership_controls.bucket-demo-documents-222222222222-eu-central-1_Ownership_733165AB",
        "aws_s3_bucket_policy.bucket-demo-documents-222222222222-eu-central-1_Policy_A95029BC",
        "aws_s3_bucket_public_access_block.bucket-demo-documents-222222222222-eu-central-1_PublicAccessBlock_5559BA61",
        "aws_s3_bucket_server_side_encryption_configuration.bucket-demo-documents-222222222222-eu-central-1_Encryption_9DA86368",
        "aws_s3_bucket_versioning.bucket-demo-documents-222222222222-eu-central-1_Versioning_C6FC8D78",
      ],
      "foundation-replication-builder": [
        "aws_iam_role.replicate-demo-documents_Role_CE7D8BA4",
        "aws_iam_role_policy.replicate-demo-documents_Role_Policy_59936DD2",
        "aws_s3_bucket_replication_configuration.replicate-demo-documents_5BAB25C4",
        "data.terraform_remote_state.cross-stack-reference-input-foundation-buckets-builder",
        "data.terraform_remote_state.cross-stack-reference-input-foundation-buckets-prod",
      ],
      "consumers-prod": [
        "aws_autoscaling_group.group-web-eu-central-1_A2AE9ED9",
        "aws_launch_template.template-web-eu-central-1_9FB0EDAA",
        "data.aws_kms_alias.home-key-eu-central-1",
      ],
      "consumers-staging": [
        "aws_autoscaling_group.group-web-eu-west-1_A62C0BCD",
        "aws_launch_template.template-web-eu-west-1_0A33F918",
        "data.aws_kms_alias.home-key-eu-west-1",
      ],
    },
  );
});

test("two accounts that both send and receive can be synthesised", () => {
  const stacks = synthesisedTopology(mutual());
  expect(Object.keys(stacks)).toEqual([
    "foundation-keys-east",
    "foundation-keys-west",
    "foundation-access-east",
    "foundation-access-west",
  ]);
  for (const name of ["east", "west"]) {
    expect(Object.keys(stacks[`foundation-access-${name}`]?.data?.["terraform_remote_state"] ?? {})).toEqual([
      "cross-stack-reference-input-foundation-keys-east",
      "cross-stack-reference-input-foundation-keys-west",
    ]);
  }
});

test("an account that takes part in no copy gets no stack", () => {
  const topology = resolveTopology({
    ...demo,
    accounts: { ...demo.accounts, audit: { id: "444444444444" } },
  });
  expect(Object.keys(synthesisedTopology(topology)).filter((name) => name.endsWith("-audit"))).toEqual([]);
});

describe("EBS defaults", () => {
  const stacks = synthesisedTopology(withEbsDefaults());

  test("are in the keys stack of an account with ebsDefaults, in each of its Regions", () => {
    const stack = stacks["foundation-keys-east"];
    const keys = stack?.resource?.["aws_kms_key"] ?? {};
    const defaults = resources(stack, "aws_ebs_default_kms_key");
    expect(defaults.map((body) => body["provider"])).toEqual(["aws.us-east-1", "aws.us-west-2"]);
    for (const { key_arn, provider } of defaults) {
      const [, id = ""] = /aws_kms_key\.([^.]+)\.arn/.exec(String(key_arn)) ?? [];
      expect(keys[id]).toMatchObject({ provider, policy: expect.stringContaining("DefaultKeyGrantsToEbs") });
    }
    expect(resources(stack, "aws_ebs_encryption_by_default")).toMatchObject([
      { enabled: true, provider: "aws.us-east-1" },
      { enabled: true, provider: "aws.us-west-2" },
    ]);
  });

  test("of an account without ebsDefaults are not changed", () => {
    expect(resources(stacks["foundation-keys-west"], "aws_ebs_default_kms_key")).toEqual([]);
    expect(resources(stacks["foundation-keys-west"], "aws_ebs_encryption_by_default")).toEqual([]);
    expect(JSON.stringify(stacks["foundation-keys-west"])).not.toContain("DefaultKey");
  });
});
