import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CreateAutoScalingGroupCommand, DeleteAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CreateLaunchTemplateCommand,
  CreateVolumeCommand,
  DeleteLaunchTemplateCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { furnish } from "../../demo/furnish";
import { hasDeletionGuard, withoutDeletionGuard } from "../../policy";
import type { TopologyInput } from "../../topology";
import { keyArn, ownImages } from "./lib/cloud-state";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";

const PROD = "222222222222";
const KEY = "prod/eu-central-1/home";
const HOME = "alias/keyferry/life/home";

/** One image that is carried to prod and staging, or to staging alone. */
function topologyOf(...accounts: ("prod" | "staging")[]): TopologyInput {
  const regions = { prod: "eu-central-1", staging: "eu-west-1" };
  return {
    name: "life",
    accounts: { builder: { id: "111111111111" }, prod: { id: PROD }, staging: { id: "333333333333" } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: accounts.map((account) => ({ account, regions: [regions[account]] })),
        publishTo: "/images/web",
      },
    },
  };
}

jest.setTimeout(900_000);

let cloud: Rehearsal;
/** The home key of prod, which all tests are about. */
let arn: string;

const prod = () => cloud.admin(PROD, "eu-central-1");
const declare = (...accounts: ("prod" | "staging")[]) =>
  writeFileSync(
    path.join(cloud.directory, "keyferry.config.ts"),
    `export default ${JSON.stringify(topologyOf(...accounts))};\n`,
  );
const lockFile = () => path.join(cloud.directory, "workspace/keyferry.lock.json");
const keyState = async () => (await prod().kms.send(new DescribeKeyCommand({ KeyId: arn }))).KeyMetadata;
const policy = async () =>
  (await prod().kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" }))).Policy ?? "";

beforeAll(async () => {
  cloud = await rehearse(topologyOf("prod", "staging"), 600);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await giveDocumentedPermissions(cloud, cloud.topology, PROD, { deletesKeys: true });
  await cloud.deploy("foundation-*");
  expect(await cloud.keyferry("run")).toMatchObject({ code: 0 });
  arn = await keyArn(prod(), HOME);
  declare("staging");
  await cloud.deploy("foundation-keys-prod");
});

afterAll(() => cloud.stop());

/** The command's JSON output. */
async function answer(...argv: string[]) {
  const { code, stdout, stderr } = await cloud.keyferry(...argv, "--json");
  if (stdout === "") throw new Error(`keyferry ${argv.join(" ")} ended with ${code}: ${stderr}`);
  return { code, ...(JSON.parse(stdout) as any) };
}

test("a key whose place was removed from the topology is listed as retired, with what is encrypted under it", async () => {
  const { code, keys } = await answer("keys", "list");
  const key = keys.find(({ name }: { name: string }) => name === KEY);
  expect(code).toBe(0);
  expect(key).toMatchObject({ state: "retired", found: { arn, state: "Enabled", isGuarded: true } });
  expect(key.under.map(({ kind }: { kind: string }) => kind)).toEqual(
    expect.arrayContaining(["snapshots", "images"]),
  );
  const { stdout } = await cloud.keyferry("keys", "list");
  expect(stdout).toMatch(/prod\/eu-central-1\/home +retired +[\w-]+ +Enabled +\d+ snapshots?, 1 image/);
});

test("status, clean and doctor report what the removed account has, and clean --apply does not change it", async () => {
  const [image] = await ownImages(prod());
  const status = await answer("status");
  expect(status.outside.unseen).toEqual([]);
  expect(status.outside.items.map(({ kind, id }: any) => [kind, id])).toEqual([
    ["copy", image?.ImageId],
    ["parameter", "/images/web"],
  ]);
  const { stdout } = await cloud.keyferry("clean", "--apply");
  expect(stdout).toContain(image?.ImageId);
  expect(stdout).toContain(`key ${KEY} is retired; used by: `);
  expect(await ownImages(prod())).toHaveLength(1);
  const doctor = await answer("doctor");
  expect({
    code: doctor.code,
    failed: doctor.findings.filter(({ state }: any) => state === "failed"),
  }).toEqual({
    code: 0,
    failed: [],
  });
});

test("the deploy role cannot schedule the deletion of the foundation's key or of any other key directly", async () => {
  const common = { endpoint: cloud.url, region: "eu-central-1" };
  const operator = { accessKeyId: "111111111111", secretAccessKey: "rehearsal" };
  const RoleArn = `arn:aws:iam::${PROD}:role/keyferry-deploy`;
  const { Credentials } = await new STSClient({ ...common, credentials: operator }).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "by-hand" }),
  );
  const kms = new KMSClient({
    ...common,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  });
  await expect(kms.send(new ScheduleKeyDeletionCommand({ KeyId: arn }))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining("explicit deny") as string,
  });
  const theirs = await prod().kms.send(new CreateKeyCommand({}));
  const KeyId = theirs.KeyMetadata?.KeyId;
  await expect(kms.send(new ScheduleKeyDeletionCommand({ KeyId }))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining("no identity-based policy allows") as string,
  });
});

test("a key that is in use or in the topology is not deleted, and each of its users is named", async () => {
  const { ec2, kms, autoScaling } = prod();
  const [image] = await ownImages(prod());
  const { VolumeId } = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: "eu-central-1a", Size: 1, Encrypted: true, KmsKeyId: arn }),
  );
  await cloud.clock.advance(60);
  const LaunchTemplateName = "theirs";
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName,
      LaunchTemplateData: {
        BlockDeviceMappings: [
          { DeviceName: "/dev/sdf", Ebs: { Encrypted: true, KmsKeyId: arn, VolumeSize: 1 } },
        ],
      },
    }),
  );
  const AutoScalingGroupName = "their-group";
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MinSize: 0,
      MaxSize: 0,
      AvailabilityZones: ["eu-central-1a"],
      LaunchTemplate: { LaunchTemplateName, Version: "$Latest" },
    }),
  );
  const GranteePrincipal = `arn:aws:iam::${PROD}:role/keyferry-deploy`;
  const { GrantId } = await kms.send(
    new CreateGrantCommand({ KeyId: arn, GranteePrincipal, Operations: ["Decrypt"] }),
  );

  const { code, stdout } = await cloud.keyferry("keys", "delete", KEY, "--yes");
  expect(code).toBe(3);
  for (const user of [VolumeId, image?.ImageId, AutoScalingGroupName, GrantId])
    expect(stdout).toContain(user);
  expect(await keyState()).toMatchObject({ KeyState: "Enabled" });
  expect((await cloud.keyferry("keys", "disable", KEY)).code).toBe(3);
  expect(await cloud.keyferry("keys", "delete", "staging/eu-west-1/home", "--yes")).toMatchObject({
    code: 3,
  });

  await autoScaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
  await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName }));
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  await ec2.send(new DeregisterImageCommand({ ImageId: image?.ImageId, DeleteAssociatedSnapshots: true }));
  await kms.send(new RevokeGrantCommand({ KeyId: arn, GrantId }));
});

test("a database, its snapshots and a secret prevent the deletion of a key until they are deleted", async () => {
  const common = {
    endpoint: cloud.url,
    region: "eu-central-1",
    credentials: { accessKeyId: PROD, secretAccessKey: "rehearsal" },
  };
  const rds = new RDSClient(common);
  const secrets = new SecretsManagerClient(common);
  const DBInstanceIdentifier = "orders";
  const DBSnapshotIdentifier = "orders-last";
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      DBInstanceClass: "db.m7g.large",
      Engine: "postgres",
      AllocatedStorage: 20,
      MasterUsername: "orders",
      MasterUserPassword: "not-a-secret",
      StorageEncrypted: true,
      KmsKeyId: arn,
    }),
  );
  await secrets.send(new CreateSecretCommand({ Name: "orders", SecretString: "{}", KmsKeyId: arn }));
  const users = async () => {
    const { code, refusals } = await answer("keys", "delete", KEY, "--yes");
    expect([code, (await keyState())?.KeyState]).toEqual([3, "Enabled"]);
    return refusals.map(({ what }: any) => what).join();
  };
  const all = await users();
  for (const user of ["DB instance orders", "secret orders"]) expect(all).toContain(user);

  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier, FinalDBSnapshotIdentifier: DBSnapshotIdentifier }),
  );
  await secrets.send(new DeleteSecretCommand({ SecretId: "orders", RecoveryWindowInDays: 7 }));
  const left = await users();
  expect(left).not.toContain("DB instance orders");
  // The secret can be restored until its recovery window of seven days ends.
  for (const user of ["DB snapshot orders-last", "secret orders"]) expect(left).toContain(user);
  // RDS deletes a snapshot once it is available.
  await cloud.clock.advance(600);
  await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier }));
  await secrets.send(new RestoreSecretCommand({ SecretId: "orders" }));
  await secrets.send(new DeleteSecretCommand({ SecretId: "orders", ForceDeleteWithoutRecovery: true }));
});

test("keys disable takes effect with the next deploy, later deploys keep the key disabled, and keys enable enables it", async () => {
  const disabled = await answer("keys", "disable", KEY);
  expect({ code: disabled.code, notes: disabled.notes.join() }).toEqual({
    code: 0,
    notes: expect.stringContaining("nothing has changed in AWS yet") as string,
  });
  expect(await keyState()).toMatchObject({ KeyState: "Enabled" });
  await cloud.deploy("foundation-keys-prod");
  expect(await keyState()).toMatchObject({ KeyState: "Disabled" });
  expect(await cloud.deploy("foundation-keys-prod")).toMatch(/^foundation-keys-prod +no changes$/m);
  expect(await keyState()).toMatchObject({ KeyState: "Disabled" });
  const doctor = await answer("doctor");
  expect(doctor.findings.filter(({ state }: any) => state === "failed")).toEqual([]);
  expect(await answer("keys", "enable", KEY)).toMatchObject({ code: 0, refusals: [] });
  await cloud.deploy("foundation-keys-prod");
  expect(await keyState()).toMatchObject({ KeyState: "Enabled" });
});

test("without --yes and without a terminal, nothing is asked and nothing is done", async () => {
  const { code, stderr } = await cloud.keyferry("keys", "delete", KEY);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--yes") as string });
  expect(await keyState()).toMatchObject({ KeyState: "Enabled" });
});

test("an unused key is scheduled for deletion once, leaves Terraform's state, and is reported by doctor until it is deleted", async () => {
  const first = await cloud.keyferry("keys", "delete", KEY, "--yes", "--window-days", "7");
  expect({ code: first.code, stdout: first.stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining("cancel-deletion") as string,
  });
  expect(await keyState()).toMatchObject({ KeyState: "PendingDeletion" });
  expect(hasDeletionGuard(await policy())).toBe(true);
  expect(await answer("keys", "delete", KEY, "--yes")).toMatchObject({ code: 0, done: [] });
  await cloud.deploy("foundation-keys-prod");
  expect(await keyState()).toMatchObject({ KeyState: "PendingDeletion" });
  const { stdout } = await cloud.keyferry("doctor");
  expect(stdout).toContain(`keyferry keys cancel-deletion ${KEY}`);
});

test("after a cancelled deletion, the next deploy takes over the same key with its id", async () => {
  expect(await answer("keys", "cancel-deletion", KEY, "--enable")).toMatchObject({ code: 0, refusals: [] });
  expect(await keyState()).toMatchObject({ KeyState: "Enabled" });
  declare("prod", "staging");
  await cloud.deploy("foundation-keys-prod");
  expect(await keyArn(prod(), HOME)).toBe(arn);
  expect(await keyState()).toMatchObject({ KeyState: "Enabled" });
});

test("a deletion that was scheduled around the guard fails doctor and verify, which say how to cancel it", async () => {
  const { kms } = prod();
  const guarded = await policy();
  const put = (Policy: string) =>
    kms.send(new PutKeyPolicyCommand({ KeyId: arn, PolicyName: "default", Policy }));
  await put(withoutDeletionGuard(guarded));
  const open = await answer("doctor");
  expect(open.code).toBe(3);
  expect(open.findings).toContainEqual(
    expect.objectContaining({ check: "foundation-keys", state: "failed", subject: KEY }),
  );
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: arn, PendingWindowInDays: 7 }));
  const pending = await cloud.keyferry("doctor");
  expect(pending.code).toBe(3);
  expect(pending.stdout).toMatch(/PendingDeletion: KMS deletes it at \d{4}-/);
  expect(pending.stdout).toContain("keyferry keys cancel-deletion");
  expect((await cloud.keyferry("verify")).code).not.toBe(0);
  expect(await answer("keys", "cancel-deletion", KEY, "--enable")).toMatchObject({ code: 0 });
  expect(hasDeletionGuard(await policy())).toBe(true);
});

test("a lost lock file is rebuilt from AWS: every key keeps its id, and the next plan is empty", async () => {
  declare("staging");
  await cloud.deploy("foundation-keys-prod");
  rmSync(lockFile());
  declare("prod", "staging");
  const adopted = await answer("keys", "adopt");
  expect(adopted.done).toEqual(expect.arrayContaining([expect.stringContaining(KEY) as string]));
  expect(readFileSync(lockFile(), "utf8")).toContain(arn.split("/")[1]);
  await cloud.deploy("foundation-keys-*");
  expect(await keyArn(prod(), HOME)).toBe(arn);
  const plans = await planStacks(
    path.join(cloud.directory, "workspace/cdktf.out"),
    /^foundation-keys-/,
    cloud.env,
  );
  expect(plans.map(({ code }) => code)).toEqual(plans.map(() => 0));
});

const STAGING = "333333333333";
const staging = () => cloud.admin(STAGING, "eu-west-1");

/** Deploys a generation of staging's home key. */
async function deployGeneration(home: number): Promise<void> {
  const { accounts, ...rest } = topologyOf("staging");
  const edited = { ...accounts, staging: { id: STAGING, keyGenerations: { home } } };
  writeFileSync(
    path.join(cloud.directory, "keyferry.config.ts"),
    `export default ${JSON.stringify({ ...rest, accounts: edited })};\n`,
  );
  for (const layer of ["keys", "access"]) await cloud.deploy(`foundation-${layer}-staging`);
}

/** The name of each image in staging, with the generation of the home key that its snapshots are under. */
async function stagingImages(keys: readonly string[]): Promise<readonly (readonly [string, number])[]> {
  const { Images = [] } = await staging().ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
  const { Snapshots = [] } = await staging().ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  return Images.map(({ Name = "", BlockDeviceMappings = [] }) => {
    const ids = BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    const under = Snapshots.filter(({ SnapshotId = "" }) => ids.includes(SnapshotId)).map(
      ({ KmsKeyId = "" }) => keys.indexOf(KmsKeyId) + 1,
    );
    return [Name, Math.min(...under)] as const;
  });
}

test("a new home key: the next run makes copies under it, rekey removes those under the former key, and only then can that key be disabled", async () => {
  const KEY_1 = "staging/eu-west-1/home@1";
  await giveDocumentedPermissions(cloud, cloud.topology, PROD, { rekeys: { keyArns: [] } });
  await giveDocumentedPermissions(cloud, cloud.topology, STAGING, {
    namesKeys: true,
    rekeys: { keyArns: [] },
  });
  const first = await keyArn(staging(), HOME);
  await deployGeneration(2);
  const second = await keyArn(staging(), HOME);
  expect(second).not.toBe(first);
  expect([await keyArn(staging(), `${HOME}/1`), await keyArn(staging(), `${HOME}/2`)]).toEqual([
    first,
    second,
  ]);
  const plans = await planStacks(
    path.join(cloud.directory, "workspace/cdktf.out"),
    /^foundation-.*-staging$/,
    cloud.env,
  );
  expect(plans.map(({ code }) => code)).toEqual([0, 0]);
  const [[name] = [""]] = await stagingImages([first, second]);

  const early = await answer("keys", "disable", KEY_1);
  expect([early.code, JSON.stringify(early.refusals)]).toEqual([3, expect.stringContaining("in use by")]);
  const before = await answer("keys", "rekey", "staging/eu-west-1/home", "--dry-run");
  expect(before.owners.map(({ type, commands }: any) => [type, commands])).toEqual([
    ["image", ["keyferry run"]],
  ]);
  expect(await cloud.keyferry("run")).toMatchObject({ code: 0 });
  expect(await stagingImages([first, second])).toEqual([
    [name, 1],
    [`${name}@2`, 2],
  ]);
  expect(await cloud.keyferry("verify")).toMatchObject({ code: 0 });
  const moved = await answer("keys", "rekey", "staging/eu-west-1/home", "--remove-replaced", "--yes");
  expect(moved).toMatchObject({ code: 0, failures: [], owners: [], toCopy: { images: 0, snapshots: 0 } });
  expect(await stagingImages([first, second])).toEqual([[`${name}@2`, 2]]);

  expect(await answer("keys", "disable", KEY_1)).toMatchObject({ code: 0, refusals: [] });
  await deployGeneration(3);
  const third = await keyArn(staging(), HOME);
  expect(new Set([first, second, third]).size).toBe(3);
  const states: (string | undefined)[] = [];
  for (const KeyId of [first, second, third]) {
    const { KeyMetadata } = await staging().kms.send(new DescribeKeyCommand({ KeyId }));
    states.push(KeyMetadata?.KeyState);
  }
  expect(states).toEqual(["Disabled", "Enabled", "Enabled"]);
});

test("keys forget removes the keys of an account that is no longer in the topology", async () => {
  declare("staging");
  const { accounts, ...rest } = topologyOf("staging");
  const without = Object.fromEntries(Object.entries(accounts).filter(([name]) => name !== "prod"));
  writeFileSync(
    path.join(cloud.directory, "keyferry.config.ts"),
    `export default ${JSON.stringify({ ...rest, accounts: without })};\n`,
  );
  const before = await answer("keys", "list");
  expect(before.keys.map(({ account }: any) => account)).toContain(PROD);
  expect(await answer("keys", "forget", "staging", "--yes")).toMatchObject({ code: 3 });
  const forgotten = await answer("keys", "forget", "prod", "--yes");
  expect({ code: forgotten.code, notes: forgotten.notes.join() }).toEqual({
    code: 0,
    notes: expect.stringContaining(KEY) as string,
  });
  const after = await answer("keys", "list");
  expect(after.keys.map(({ account }: any) => account)).not.toContain(PROD);
});
