import { writeFileSync } from "node:fs";
import path from "node:path";
import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeSnapshotsCommand,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import { CreateServiceLinkedRoleCommand } from "@aws-sdk/client-iam";
import {
  CreateGrantCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  ListGrantsCommand,
  RevokeGrantCommand,
} from "@aws-sdk/client-kms";
import { createDeployRoles } from "../../demo/furnish";
import type { ServiceLinkedRole } from "../../policy";
import type { Finding } from "../../scripts/engine/finding";
import type { TopologyInput } from "../../topology";
import { keyArn } from "./lib/cloud-state";
import { giveDocumentedPermissions } from "./lib/deploy-role";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";

/** A key of the topology that one account shares with another, whose service-linked roles launch under it through grants. */

jest.setTimeout(900_000);

const BUILDER = "111111111111";
const PROD = "222222222222";
const STAGING = "333333333333";
const REGION = "eu-central-1";
const ALIAS = "alias/keyferry/shared/data";

type Key = NonNullable<TopologyInput["keys"]>[string];
const OWNED: Key = { account: "builder", regions: [REGION] };
const SHARED: Key = { ...OWNED, sharedWith: { accounts: ["prod"] } };
const AUTO_SCALING: ServiceLinkedRole = { awsServiceName: "autoscaling.amazonaws.com" };
const BATCH: ServiceLinkedRole = { ...AUTO_SCALING, customSuffix: "batch" };
const GRANTED: Key = { ...SHARED, launchGrants: [{ account: "prod" }, { account: "prod", ...BATCH }] };
const GRANTEES = ["AWSServiceRoleForAutoScaling", "AWSServiceRoleForAutoScaling_batch"].map(
  (name) => `arn:aws:iam::${PROD}:role/aws-service-role/autoscaling.amazonaws.com/${name}`,
);

function topologyOf(data: Key): TopologyInput {
  return {
    name: "shared",
    accounts: { builder: { id: BUILDER }, prod: { id: PROD }, staging: { id: STAGING } },
    keys: { data },
  };
}

let cloud: Rehearsal;
let key: string;
const of = (account: string) => cloud.admin(account, REGION);
const declare = (data: Key) =>
  writeFileSync(
    path.join(cloud.directory, "keyferry.config.ts"),
    `export default ${JSON.stringify(topologyOf(data))};\n`,
  );
const deploy = () => cloud.deploy("foundation-*");

async function plans(): Promise<Readonly<Record<string, number | null>>> {
  const results = await planStacks(path.join(cloud.directory, "workspace/cdktf.out"), /./, cloud.env);
  return Object.fromEntries(results.map(({ stack, code }) => [stack, code]));
}
const EMPTY = { "foundation-keys-builder": 0, "foundation-grants-prod": 0 };

async function keyPolicy(): Promise<string> {
  const { Policy = "" } = await of(BUILDER).kms.send(
    new GetKeyPolicyCommand({ KeyId: key, PolicyName: "default" }),
  );
  return Policy;
}

/** The grants that the topology creates; EBS creates others. */
async function grants() {
  const { Grants = [] } = await of(BUILDER).kms.send(new ListGrantsCommand({ KeyId: key }));
  return Grants.filter(({ Name }) => Name?.startsWith("keyferry/") === true);
}

const createRole = ({ awsServiceName, customSuffix }: ServiceLinkedRole) =>
  of(PROD).iam.send(
    new CreateServiceLinkedRoleCommand({ AWSServiceName: awsServiceName, CustomSuffix: customSuffix }),
  );

beforeAll(async () => {
  cloud = await rehearse(topologyOf(SHARED), 600);
  await createDeployRoles(cloud.url, cloud.topology);
  await giveDocumentedPermissions(cloud, cloud.topology, BUILDER, { namesKeys: true });
  const keyArns = [`arn:aws:kms:${REGION}:${BUILDER}:key/*`];
  const launchGrants = { keyArns, grantees: [AUTO_SCALING, BATCH] };
  await giveDocumentedPermissions(cloud, cloud.topology, PROD, { launchGrants });
  await deploy();
  key = await keyArn(of(BUILDER), ALIAS);
});
afterAll(() => cloud.stop());

describe("an account that the key is shared with", () => {
  let snapshot: string;

  beforeAll(async () => {
    const { ec2 } = of(BUILDER);
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1, Encrypted: true, KmsKeyId: key }),
    );
    await cloud.clock.advance(600);
    const { SnapshotId = "" } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    snapshot = SnapshotId;
    await cloud.clock.advance(600);
    const permission = { Attribute: "createVolumePermission", OperationType: "add" } as const;
    const UserIds = [PROD, STAGING];
    await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, ...permission, UserIds }));
  });

  /** The final state of a copy that an account's administrator makes. */
  async function copied(account: string): Promise<string | undefined> {
    const { ec2 } = of(account);
    const { SnapshotId = "" } = await ec2.send(
      new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: snapshot, Encrypted: true }),
    );
    await cloud.clock.advance(3600);
    const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId] }));
    return Snapshots?.[0]?.State;
  }

  test("copies a snapshot that is shared with it, and sees the key", async () => {
    expect(await copied(PROD)).toBe("completed");
    await of(PROD).kms.send(new DescribeKeyCommand({ KeyId: key }));
  });

  test("cannot use the key directly", async () => {
    const encrypt = of(PROD).kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from("x") }));
    await expect(encrypt).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("another account's copy fails, although the snapshot is shared with it", async () => {
    expect(await copied(STAGING)).toBe("error");
  });
});

describe("grants for service-linked roles of another account", () => {
  test("are created by the account that launches, and the second plan is empty", async () => {
    declare(GRANTED);
    await createRole(AUTO_SCALING);
    await createRole(BATCH);
    await deploy();
    expect((await grants()).map(({ GranteePrincipal }) => GranteePrincipal).sort()).toEqual(GRANTEES);
    for (const { IssuingAccount } of await grants()) expect(IssuingAccount).toBe(`arn:aws:iam::${PROD}:root`);
    expect(await plans()).toEqual(EMPTY);
  });

  test("pass in doctor, which reports a grant that the key's owner created for another account's role", async () => {
    const launchGrants = async () => {
      const { stdout } = await cloud.keyferry("doctor", "--json");
      const { findings } = JSON.parse(stdout) as { findings: Finding[] };
      return findings.filter(({ check }) => check === "launch-grants");
    };
    expect((await launchGrants()).map(({ state }) => state)).toEqual(["passed", "passed"]);
    const { kms } = of(BUILDER);
    const GranteePrincipal = GRANTEES[0];
    const { GrantId } = await kms.send(
      new CreateGrantCommand({ KeyId: key, GranteePrincipal, Operations: ["Decrypt"], Name: "by-hand" }),
    );
    expect((await launchGrants()).find(({ state }) => state === "failed")).toMatchObject({
      what: expect.stringContaining(`was created by account ${BUILDER}`),
      fix: expect.stringContaining("revoke-grant"),
    });
    await kms.send(new RevokeGrantCommand({ KeyId: key, GrantId }));
  });

  test("that are removed from the topology are retired, and then their account is removed from the key's policy", async () => {
    declare(OWNED);
    await deploy();
    expect(await grants()).toEqual([]);
    expect(await keyPolicy()).not.toMatch(/kms:CreateGrant|kms:Decrypt/);
    await deploy();
    expect(await keyPolicy()).not.toContain(PROD);
    expect(await plans()).toEqual(EMPTY);
  });
});
