import { DescribeSnapshotsCommand, type Snapshot } from "@aws-sdk/client-ec2";
import { furnish } from "../../demo/furnish";
import type { TopologyInput } from "../../topology";
import { keyArn, withoutKeyStatements, withoutRoleStatements } from "./lib/cloud-state";
import { rehearse, type Rehearsal } from "./lib/rehearsal";

/** Snapshots that belong to no image: Terraform deploys the foundation, and the command line carries them. */
const TOPOLOGY: TopologyInput = {
  name: "ledger",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333", externalId: "carry-ledger" },
  },
  snapshots: {
    data: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { tags: { app: "ledger" } },
        keys: ["alias/app-data"],
      },
      to: [
        { account: "prod", regions: ["eu-central-1"], keep: 1 },
        { account: "staging", regions: ["eu-west-1"] },
      ],
      tags: { team: "data" },
      publishTo: "/snapshots/data",
    },
  },
};
const HOME = "alias/keyferry/ledger/home";
const TRANSIT = "alias/keyferry/ledger/transit";

let cloud: Rehearsal;
const builder = () => cloud.admin("111111111111", "eu-west-1");
const prod = () => cloud.admin("222222222222", "eu-central-1");
const staging = () => cloud.admin("333333333333", "eu-west-1");

jest.setTimeout(600_000);

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await cloud.deploy("foundation-*");
});
afterAll(() => cloud.stop());

async function own(admin: ReturnType<typeof builder>): Promise<readonly Snapshot[]> {
  return (await admin.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }))).Snapshots ?? [];
}

const tagOf = ({ Tags = [] }: Snapshot, key: string) => Tags.find(({ Key }) => Key === key)?.Value;

test("a snapshot is carried to each destination and verified, and no intermediate copies are left", async () => {
  const planned = await cloud.keyferry("plan");
  expect(planned.stdout).toContain("data");
  const run = await cloud.keyferry("run");
  expect(run.code).toBe(0);
  const [source] = await own(builder());
  for (const admin of [prod(), staging()]) {
    const copies = await own(admin);
    expect(copies.map(({ State, KmsKeyId }) => [State, KmsKeyId])).toEqual([
      ["completed", await keyArn(admin, HOME)],
    ]);
    expect(tagOf(copies[0]!, "keyferry:source-snapshot")).toBe(source?.SnapshotId);
    expect(tagOf(copies[0]!, "team")).toBe("data");
  }
  expect(await own(builder())).toHaveLength(1);
  expect((await cloud.keyferry("verify")).code).toBe(0);
});

test("the copy of a newer snapshot replaces the earlier copy if only the newest is kept; otherwise both stay", async () => {
  await furnish(cloud.url, cloud.topology, () => undefined);
  expect((await cloud.keyferry("run")).code).toBe(0);
  expect(await own(prod())).toHaveLength(1);
  expect(await own(staging())).toHaveLength(2);
  expect((await cloud.keyferry("verify")).code).toBe(0);
});

describe("a missing half", () => {
  test("of the source's transit key fails the copies, and the error says what that account must add", async () => {
    await furnish(cloud.url, cloud.topology, () => undefined);
    await withoutKeyStatements(
      builder(),
      await keyArn(builder(), TRANSIT),
      ["CopiersGrantToEbs"],
      async () => {
        const { code, stderr } = await cloud.keyferry("run");
        expect(code).toBe(1);
        expect(stderr).toContain("Given key ID is not accessible");
        expect(stderr).toMatch(/account 111111111111 must add.*kms:CreateGrant/);
        expect(stderr).not.toContain("    at ");
      },
    );
    expect((await cloud.keyferry("run")).code).toBe(0);
    expect((await cloud.keyferry("verify")).code).toBe(0);
  });

  test("of a destination's role fails only that copy, and doctor reports it before the run", async () => {
    await furnish(cloud.url, cloud.topology, () => undefined);
    await withoutRoleStatements(prod(), "keyferry-ledger-runner", ["CopySnapshots"], async () => {
      const doctor = await cloud.keyferry("doctor");
      expect(doctor.code).not.toBe(0);
      expect(doctor.stdout + doctor.stderr).toContain("ec2:CopySnapshot");
      const { code, stderr } = await cloud.keyferry("run");
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /data -> prod eu-central-1 FAILED\n.*not authorized to perform: ec2:CopySnapshot/,
      );
      expect(stderr).toContain("lacks the foundation's statement CopySnapshots");
      expect(stderr).toContain("1 succeeded, 1 failed");
    });
    expect((await cloud.keyferry("run")).code).toBe(0);
    expect((await cloud.keyferry("verify")).code).toBe(0);
  });
});

test("doctor finds no failures, and clean nothing to remove", async () => {
  const doctor = await cloud.keyferry("doctor");
  expect(doctor.stdout + doctor.stderr).not.toMatch(/CopyImage|ec2:DescribeImages/);
  expect(doctor.code).toBe(0);
  const clean = await cloud.keyferry("clean");
  expect(clean.code).toBe(0);
  expect(clean.stdout).toContain("nothing");
});

test("doctor --offline proves the synthesised policies without AWS", async () => {
  expect((await cloud.keyferry("doctor", "--offline")).code).toBe(0);
});
