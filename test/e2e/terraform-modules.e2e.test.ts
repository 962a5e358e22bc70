import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, CreateServiceLinkedRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListGrantsCommand,
} from "@aws-sdk/client-kms";
import { CustomerManagedKey } from "../../constructs";
import { grantIssuerPolicy, proofTarget, renderPolicy } from "../../policy";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { onlyResource, policyOf, synthesisedScope } from "../_helpers/synthesised";
import { Administrators } from "../_helpers/virtual";
import { keyArn } from "./lib/cloud-state";
import { SHAPES, type Shape } from "./lib/module-shapes";
import { changed, TerraformDirectory, type PlannedResource } from "./lib/terraform-directory";
import { runTerraform, terraformIn } from "./lib/terraform-run";

/** The plain Terraform modules, in a user's project. */

jest.setTimeout(600_000);

const IMAGES = "111111111111";
const WORKERS = "222222222222";
const REGION = "eu-central-1";
const MODULES = path.join(__dirname, "../../modules");
const CHANGED = [
  ...['accounts=["222222222222","333333333333"]', "rotation_period_in_days=180", "removal_policy=destroy"],
  ...["volume_size=20", 'instance_tags={"team":"web"}', 'grants=["workers","others"]'],
];

let cloud: Rehearsal;
let admins: Administrators;
let directory: TerraformDirectory;
const defects: unknown[] = [];
const ofImages = () => admins.of(IMAGES, REGION);
const ofWorkers = () => admins.of(WORKERS, REGION);

beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, onDefect: (error) => defects.push(error) });
  admins = new Administrators(cloud.url);
  await makeDeployRole();
  await ofWorkers().iam.send(
    new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" }),
  );
  const project = mkdtempSync(path.join(os.tmpdir(), "keyferry-modules-"));
  cpSync(path.join(__dirname, "lib/terraform/module-user"), project, { recursive: true });
  cpSync(MODULES, path.join(project, "modules"), { recursive: true });
  writeFileSync(path.join(project, "shapes.tf.json"), JSON.stringify({ module: shapeModules() }));
  directory = await TerraformDirectory.served(project, { ...process.env, AWS_ENDPOINT_URL: cloud.url });
  rmSync(project, { recursive: true, force: true });
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
});

/** A key for each shape, in the account of the images. */
function shapeModules() {
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, { variables }]) => [
      `shape_${name}`,
      {
        source: "./modules/customer-managed-key",
        providers: { aws: "aws.images" },
        alias: `alias/shape-${name}`,
        description: name,
        removal_policy: "${var.removal_policy}",
        ...variables,
      },
    ]),
  );
}

/** Creates the deploy role: permissions for the workers' own resources and, on the images' key, those that the page of the module key-grants lists. */
async function makeDeployRole(): Promise<void> {
  const { iam } = ofWorkers();
  const statement = (more: object) => ({ Effect: "Allow", ...more });
  const document = (...statements: object[]) =>
    JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const trust = document(
    statement({ Principal: { AWS: `arn:aws:iam::${WORKERS}:root` }, Action: "sts:AssumeRole" }),
  );
  await iam.send(new CreateRoleCommand({ RoleName: "deploy", AssumeRolePolicyDocument: trust }));
  const issuing = grantIssuerPolicy({
    ...{ partition: "aws", account: WORKERS, keyArns: [`arn:aws:kms:${REGION}:${IMAGES}:key/*`] },
    grantees: [{ awsServiceName: "autoscaling.amazonaws.com" }],
  });
  const policies = {
    grants: JSON.stringify(renderPolicy(issuing, proofTarget)),
    workers: document(
      statement({ Action: ["ec2:*", "kms:CreateKey", "kms:ListAliases"], Resource: "*" }),
      statement({ Action: "kms:*", Resource: `arn:aws:kms:${REGION}:${WORKERS}:*` }),
    ),
  };
  for (const [PolicyName, PolicyDocument] of Object.entries(policies))
    await iam.send(new PutRolePolicyCommand({ RoleName: "deploy", PolicyName, PolicyDocument }));
}

/** The key that the construct creates for a shape, in the same account and Region. */
function constructed({ props, grant }: Shape, removalPolicy: "retain" | "destroy") {
  const stack = synthesisedScope((scope) => {
    const key = new CustomerManagedKey(scope, "key", {
      ...{ alias: "alias/shape", description: "shape", removalPolicy },
      environment: { partition: "aws", account: IMAGES, region: REGION },
      ...props,
    });
    grant?.(key);
  });
  const key = onlyResource(stack, "aws_kms_key");
  return { ...key, ...("policy" in key ? { policy: policyOf(key) } : {}) } as Record<string, unknown>;
}

const SAME = [
  "deletion_window_in_days",
  "enable_key_rotation",
  "is_enabled",
  "multi_region",
  "policy",
  "tags",
];

/** The planned values of a key, with its policy parsed. */
function planned(all: readonly PlannedResource[], name: string): Record<string, unknown> {
  const key = all.find(({ address }) => address === `module.shape_${name}.aws_kms_key.this`);
  const after = key?.change.after ?? {};
  return { ...after, policy: JSON.parse(String(after["policy"])) as unknown };
}

function expectSame(all: readonly PlannedResource[], removalPolicy: "retain" | "destroy"): void {
  for (const [name, shape] of Object.entries(SHAPES)) {
    const expected = constructed(shape, removalPolicy);
    const found = planned(all, name);
    for (const attribute of SAME)
      if (attribute in expected)
        expect([name, attribute, found[attribute]]).toEqual([name, attribute, expected[attribute]]);
  }
}

const policyOfKey = async (alias: string) => {
  const KeyId = await keyArn(ofImages(), alias);
  const { Policy = "" } = await ofImages().kms.send(
    new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }),
  );
  return Policy;
};
const grantNames = async () => {
  const KeyId = await keyArn(ofImages(), "alias/images");
  const { Grants = [] } = await ofImages().kms.send(new ListGrantsCommand({ KeyId }));
  return Grants.map(({ Name }) => Name).sort();
};
const template = async () => {
  const { LaunchTemplateVersions = [] } = await ofWorkers().ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: "workers", Versions: ["$Default"] }),
  );
  return LaunchTemplateVersions[0]?.LaunchTemplateData;
};

test("every module and its example is valid and formatted by terraform fmt", async () => {
  const { code, output } = await runTerraform(await terraformIn(process.env), MODULES, [
    ...["fmt", "-check", "-recursive", "-no-color"],
  ]);
  expect([code, output]).toEqual([0, ""]);
  for (const name of readdirSync(MODULES)) await directory.validate(`modules/${name}/examples/complete`);
});

test("plan refuses values that AWS would refuse, with every invalid variable of a module in one output", async () => {
  const wrong = ['accounts=["2222"]', "rotation_period_in_days=89"];
  const output = unwrapped(await directory.failure("plan", ...wrong.map((one) => `-var=${one}`)));
  expect(output).toContain("share_with_accounts: every element must be an account id of 12 digits.");
  expect(output).toContain("rotation_period_in_days must be a whole number from 90 to 2560 days.");
});

test("keys with shares and grants, and a launch template, are the same as those of the constructs, and the second plan is empty", async () => {
  await directory.apply();
  const all = await directory.plan();
  expect(changed(all)).toEqual([]);
  expectSame(all, "retain");
  expect(await grantNames()).toEqual(["workers"]);
  expect(JSON.parse(await policyOfKey("alias/shape-nobody"))).toEqual(
    constructed({ variables: {} }, "retain")["policy"],
  );
  expect(await template()).toMatchObject({
    UserData: Buffer.from("#!/bin/sh\necho ${HOME}").toString("base64"),
    MetadataOptions: { HttpTokens: "required" },
    BlockDeviceMappings: [
      {
        DeviceName: "/dev/xvda",
        Ebs: {
          ...{ Encrypted: true, VolumeSize: 8, VolumeType: "gp3" },
          KmsKeyId: await keyArn(ofWorkers(), "alias/volumes"),
        },
      },
    ],
  });
});

test("AWS refuses the deletion of a retained key, regardless of who runs Terraform", async () => {
  const KeyId = await keyArn(ofImages(), "alias/shape-nobody");
  const output = await directory.failure("destroy", "-auto-approve", "-target=module.shape_nobody");
  expect(unwrapped(output)).toMatch(/AccessDeniedException.*kms:ScheduleKeyDeletion.*explicit deny/);
  const { KeyMetadata } = await ofImages().kms.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata).toMatchObject({ KeyState: "Enabled" });
});

test("changed variables change resources in place, and the next plan is empty", async () => {
  const before = await keyArn(ofImages(), "alias/images");
  expect(await directory.apply(...CHANGED)).toMatch(/Apply complete!.* 0 destroyed/);
  const all = await directory.plan(...CHANGED);
  expect(changed(all)).toEqual([]);
  expectSame(all, "destroy");

  expect(await keyArn(ofImages(), "alias/images")).toBe(before);
  expect(await policyOfKey("alias/images")).toContain("arn:aws:iam::333333333333:root");
  const rotation = await ofImages().kms.send(new GetKeyRotationStatusCommand({ KeyId: before }));
  expect(rotation).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 180 });
  expect(await grantNames()).toEqual(["others", "workers"]);
  expect(await template()).toMatchObject({
    BlockDeviceMappings: [{ Ebs: { VolumeSize: 20 } }],
    TagSpecifications: [
      { ResourceType: "instance", Tags: [{ Key: "team", Value: "web" }] },
      { ResourceType: "volume", Tags: [{ Key: "team", Value: "web" }] },
    ],
  });
});

test("with the removal policy destroy everything is destroyed, and the keys are pending deletion", async () => {
  const KeyId = await keyArn(ofImages(), "alias/images");
  expect(await directory.destroy(...CHANGED)).toContain("Destroy complete!");
  const { KeyMetadata } = await ofImages().kms.send(new DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata).toMatchObject({ KeyState: "PendingDeletion" });
  expect(defects).toEqual([]);
});

/** Terraform's messages without its frame and line breaks. */
function unwrapped(output: string): string {
  return output.replace(/\n[│╷╵]?\s*/g, " ");
}
