import {
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeVolumesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, CreateServiceLinkedRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ListGrantsCommand } from "@aws-sdk/client-kms";
import { Testing } from "cdktf";
import { ImageKeyStack, SharedImageWorkersStack } from "../../examples/shared-image";
import { grantIssuerPolicy, proofTarget, renderPolicy } from "../../policy";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { Administrators, makeImage, shareImage } from "../_helpers/virtual";
import { administratorEnvironment } from "./lib/administrator-environment";
import { keyArn, withoutKeyStatements } from "./lib/cloud-state";
import { configurationOf, synthesisedDirectory } from "./lib/synthesised-directory";
import type { TerraformDirectory } from "./lib/terraform-directory";

/** An Auto Scaling group of one account launches an image that another account shares, under that account's key: both stacks of the example. */

jest.setTimeout(600_000);

const IMAGES = "111111111111";
const WORKERS = "222222222222";
const REGION = "eu-central-1";
const GRANTEE = `arn:aws:iam::${WORKERS}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
const DEPLOY_ROLE = { RoleName: "deploy", PolicyName: "grants" };

let cloud: Rehearsal;
let admins: Administrators;
let images: TerraformDirectory;
let workers: TerraformDirectory;
/** Of the images' key. */
let key: string;
let imageId: string;

const ofImages = () => admins.of(IMAGES, REGION);
const ofWorkers = () => admins.of(WORKERS, REGION);
const grantAddress = () => addressOf("aws_kms_grant");
let configuration: ReturnType<typeof configurationOf>;

function addressOf(type: string): string {
  const [name = ""] = Object.keys(configuration["resource"]?.[type] ?? {});
  return `${type}.${name}`;
}

beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 60 });
  admins = new Administrators(cloud.url);
  images = await synthesisedDirectory(
    new ImageKeyStack(Testing.app(), "images"),
    administratorEnvironment(cloud.url, IMAGES, REGION),
  );
  await images.apply();
  key = await keyArn(ofImages(), "alias/images");
  imageId = await sharedImage();
  await ofWorkers().iam.send(
    new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" }),
  );
  await makeDeployRole();
  const stack = new SharedImageWorkersStack(Testing.app(), "workers", { imageId, keyArn: key });
  configuration = configurationOf(stack);
  workers = await synthesisedDirectory(stack, administratorEnvironment(cloud.url, WORKERS, REGION));
});

afterAll(async () => {
  await cloud.stop();
  images.remove();
  workers.remove();
});

/** An image whose snapshot is under the images' key, shared with the workers' account. */
async function sharedImage(): Promise<string> {
  const place = { account: { id: IMAGES }, region: REGION } as Parameters<typeof makeImage>[2];
  const made = await makeImage({ cloudClock: cloud.clock }, admins, place, "base", [
    { sizeGiB: 1, keyAlias: "alias/images" },
  ]);
  await shareImage(admins, place, made, WORKERS);
  return made;
}

/** Creates the deploy role: permissions for the stack's own resources and, on the images' key, the rows of the permission table. */
async function makeDeployRole(): Promise<void> {
  const { iam } = ofWorkers();
  const policy = (...statements: object[]) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
    });
  const trust = policy({
    Principal: { AWS: `arn:aws:iam::${WORKERS}:root` },
    Action: "sts:AssumeRole",
  });
  await iam.send(new CreateRoleCommand({ RoleName: DEPLOY_ROLE.RoleName, AssumeRolePolicyDocument: trust }));
  const PolicyDocument = policy(
    { Action: ["autoscaling:*", "ec2:*", "kms:CreateKey", "kms:ListAliases"], Resource: "*" },
    { Action: "kms:*", Resource: `arn:aws:kms:${REGION}:${WORKERS}:*` },
  );
  await iam.send(new PutRolePolicyCommand({ ...DEPLOY_ROLE, PolicyName: "workers", PolicyDocument }));
  await letIssueGrants();
}

async function letIssueGrants(without?: string): Promise<void> {
  const statements = grantIssuerPolicy({
    ...{ partition: "aws", account: WORKERS, keyArns: [key] },
    grantees: [{ awsServiceName: "autoscaling.amazonaws.com" }],
  }).filter(({ sid }) => sid !== without);
  await ofWorkers().iam.send(
    new PutRolePolicyCommand({
      ...DEPLOY_ROLE,
      PolicyDocument: JSON.stringify(renderPolicy(statements, proofTarget)),
    }),
  );
}

/** The grants of the group's account, without those that EBS created for volumes. */
async function grantsOfWorkers() {
  const { Grants = [] } = await ofImages().kms.send(new ListGrantsCommand({ KeyId: key }));
  return Grants.filter(({ Name }) => Name === "workers");
}

async function instances() {
  const { AutoScalingGroups } = await ofWorkers().autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["workers"] }),
  );
  return AutoScalingGroups?.[0]?.Instances ?? [];
}

/** Terminates the group's instances; the group later launches replacements. */
async function endInstances(): Promise<void> {
  const InstanceIds = (await instances()).map(({ InstanceId = "" }) => InstanceId);
  await ofWorkers().ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  await cloud.clock.advance(1800);
}

async function failures(): Promise<readonly string[]> {
  const { Activities = [] } = await ofWorkers().autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "workers" }),
  );
  return Activities.filter(({ StatusCode }) => StatusCode === "Failed" || StatusCode === "Cancelled").map(
    ({ StatusMessage = "" }) => StatusMessage,
  );
}

describe("without one half, the grant is denied with AWS's error:", () => {
  const applyGrant = () => workers.failure("apply", "-auto-approve", `-target=${grantAddress()}`);
  const denial = (action: string, kind: string) =>
    new RegExp(
      `AccessDeniedException: User: arn:aws:sts::${WORKERS}:assumed-role/deploy/\\S+ is not authorized to perform: ${action} .*no ${kind} policy allows the ${action} action`,
    );

  test.each([
    ["IssuersGrantToServiceLinkedRoles", "kms:CreateGrant"],
    ["IssuersReadGrants", "kms:ListGrants"],
  ])("%s in the key policy", async (row, action) => {
    await withoutKeyStatements(ofImages(), key, [row], async () => {
      expect(unwrapped(await applyGrant())).toMatch(denial(action, "resource-based"));
    });
  });

  test.each([
    ["GrantKeysToServiceLinkedRoles", "kms:CreateGrant"],
    ["ReadGrantsOfKeys", "kms:ListGrants"],
  ])("%s in the policy of the deploy role", async (row, action) => {
    await letIssueGrants(row);
    expect(unwrapped(await applyGrant())).toMatch(denial(action, "identity-based"));
    await letIssueGrants();
  });
});

test("with both halves the group launches from the shared image, and the second plan is empty", async () => {
  await workers.apply();
  expect(await grantsOfWorkers()).toMatchObject([
    {
      GranteePrincipal: GRANTEE,
      RetiringPrincipal: `arn:aws:iam::${WORKERS}:root`,
      IssuingAccount: `arn:aws:iam::${WORKERS}:root`,
    },
  ]);
  expect(await instances()).toMatchObject([{ LifecycleState: "InService" }]);
  const { Volumes } = await ofWorkers().ec2.send(new DescribeVolumesCommand({}));
  const own = await keyArn(ofWorkers(), "alias/workers");
  expect(Volumes).toMatchObject([{ Encrypted: true, KmsKeyId: own }]);
  expect(await workers.changes()).toEqual([]);
});

describe("a grant that leaves the configuration", () => {
  /** The group stays: it no longer waits for the grant. */
  function withoutGrant(): typeof configuration {
    const rest = { ...configuration["resource"] };
    delete rest["aws_kms_grant"];
    const text = JSON.stringify({ ...configuration, resource: rest });
    return JSON.parse(text.replace(JSON.stringify([grantAddress()]), "[]")) as typeof configuration;
  }

  test("is retired, which the deploy role must be allowed to do, and then every launch fails", async () => {
    workers.write("cdk.tf.json", JSON.stringify(withoutGrant()));
    await letIssueGrants("RetireGrantsOfKeys");
    const refused = unwrapped(await workers.failure("apply", "-auto-approve"));
    expect(refused).toContain("is not authorized to perform: kms:RetireGrant");
    expect(await grantsOfWorkers()).toHaveLength(1);

    await letIssueGrants();
    await workers.apply();
    expect(await grantsOfWorkers()).toEqual([]);
    await endInstances();
    expect(await instances()).toEqual([]);
    expect(await failures()).toContainEqual(
      expect.stringContaining("Client.InternalError: Client error on launch"),
    );
  });

  test("lets the group launch again when it is added again", async () => {
    workers.write("cdk.tf.json", JSON.stringify(configuration));
    await workers.apply();
    await cloud.clock.advance(3600);
    expect(await instances()).toMatchObject([{ LifecycleState: "InService" }]);
    expect(await grantsOfWorkers()).toHaveLength(1);
  });
});

/** Terraform's messages without its frame and line breaks. */
function unwrapped(output: string): string {
  return output.replace(/\n[│╷╵]?\s*/g, " ");
}
