import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import {
  CopyDBClusterSnapshotCommand,
  CopyDBSnapshotCommand,
  type CopyDBSnapshotCommandInput,
} from "@aws-sdk/client-rds";
import { administratorOf, DST, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { idOf, rdsBench, refused } from "./lib";

const HOME = "eu-central-1";
const KEY_ACTIONS = ["kms:DescribeKey", "kms:CreateGrant"];

let cloud: TestCloud;
let bench: ReturnType<typeof rdsBench>;
let sourceKey: string;
let homeKey: string;
let shared: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  bench = rdsBench(cloud);
  sourceKey = await bench.key(SRC, "eu-west-1", [SRC, DST]);
  homeKey = await bench.key(DST, HOME);
  bench.instance(SRC, "orders", sourceKey);
  bench.instance(SRC, "open");
  bench.cluster(SRC, "shop", sourceKey);
  bench.cluster(SRC, "plain");
  shared = await bench.snapshot("orders", "orders-1");
  await bench.share(shared, [DST]);
});
afterAll(async () => {
  bench.stop();
  await cloud.stop();
  expect(cloud.defects).toEqual([]);
});

let copies = 0;
const copy = (
  account: Parameters<typeof bench.rds>[0],
  region: string,
  input: Partial<CopyDBSnapshotCommandInput>,
) =>
  bench.rds(account, region).send(
    new CopyDBSnapshotCommand({
      SourceDBSnapshotIdentifier: shared,
      TargetDBSnapshotIdentifier: `copy-${++copies}`,
      ...input,
    }),
  );

test("a shared snapshot is copied across account and Region in one step, under the destination's key", async () => {
  const { DBSnapshot: made } = await copy(DST, HOME, {
    KmsKeyId: homeKey,
    Tags: [{ Key: "job", Value: "1" }],
  });
  expect(made).toMatchObject({ Status: "creating", PercentProgress: 0, KmsKeyId: homeKey });
  await cloud.clock.advance(3600);
  expect(await bench.shown(DST, HOME, made?.DBSnapshotIdentifier ?? "")).toMatchObject({
    Status: "available",
    PercentProgress: 100,
    Encrypted: true,
    KmsKeyId: homeKey,
    SourceDBSnapshotIdentifier: shared,
    SourceRegion: "eu-west-1",
    SnapshotType: "manual",
    DBInstanceIdentifier: "orders",
    DbiResourceId: "db-ORDERS",
    OptionGroupName: "default:postgres-16-3",
    TagList: [{ Key: "job", Value: "1" }],
  });
});

test("an Aurora cluster's snapshot is copied the same way", async () => {
  const source = await bench.clusterSnapshot("shop", "shop-1");
  await bench.shareCluster(source, [DST]);
  const input = { SourceDBClusterSnapshotIdentifier: source, TargetDBClusterSnapshotIdentifier: "shop-copy" };
  const rds = bench.rds(DST, HOME);
  const { DBClusterSnapshot: made } = await rds.send(
    new CopyDBClusterSnapshotCommand({ ...input, KmsKeyId: homeKey }),
  );
  expect(made).toMatchObject({ Status: "copying", StorageEncryptionType: "sse-kms" });
  await cloud.clock.advance(3600);
  expect(await bench.shownCluster(DST, HOME, "shop-copy")).toMatchObject({
    Status: "available",
    StorageEncrypted: true,
    KmsKeyId: homeKey,
    SourceDBClusterSnapshotArn: source,
  });
});

describe("the key of a copy", () => {
  const missing = (which: string, arn: string) => ({
    code: "KMSKeyNotAccessibleFault",
    message: `The ${which} KMS key [${arn}] does not exist, is not enabled or you do not have permissions to access it.`,
  });

  test("within an account and Region is the source's by default", async () => {
    const { DBSnapshot: made } = await copy(SRC, "eu-west-1", { SourceDBSnapshotIdentifier: "orders-1" });
    expect(made).toMatchObject({ KmsKeyId: sourceKey });
  });

  test("must be named in another Region, and for a snapshot of another account", async () => {
    expect(await refused(copy(SRC, HOME, {}))).toEqual({
      code: "InvalidParameterValue",
      message: "Must specify new KMS key for cross region encrypted snapshot copy.",
    });
    expect(await refused(copy(DST, "eu-west-1", {}))).toEqual(missing("target", "None"));
  });

  test("must be in the Region of the copy", async () => {
    const there = await bench.key(DST, "eu-west-1");
    expect(await refused(copy(DST, HOME, { KmsKeyId: there }))).toEqual(missing("target", there));
  });

  test("must be enabled, and so must the source's", async () => {
    const kms = cloud.kms(administratorOf(SRC));
    await kms.send(new DisableKeyCommand({ KeyId: sourceKey }));
    expect(await refused(copy(DST, HOME, { KmsKeyId: homeKey }))).toEqual(
      missing("source snapshot", sourceKey),
    );
    await kms.send(new EnableKeyCommand({ KeyId: sourceKey }));
  });

  test("that is disabled in the meantime ends the copy", async () => {
    const key = await bench.key(DST, HOME);
    const { DBSnapshot: made } = await copy(DST, HOME, { KmsKeyId: key });
    await cloud.kms(administratorOf(DST), HOME).send(new DisableKeyCommand({ KeyId: key }));
    await cloud.clock.advance(3600);
    expect(await bench.shown(DST, HOME, made?.DBSnapshotIdentifier ?? "")).toMatchObject({
      Status: "failed",
    });
  });

  test.each([
    ["the source's", (actions: readonly string[]) => actions, "source snapshot"],
    ["both, none of which it may use", () => [], "source snapshot"],
  ])("needs DescribeKey and CreateGrant of %s", async (name, allowed, which) => {
    for (const missed of KEY_ACTIONS) {
      const actions = allowed(KEY_ACTIONS.filter((action) => action !== missed));
      const role = `${name.replace(/\W/g, "")}${missed.slice(4)}`;
      const session = await bench.session(DST, role, ["rds:*", ...actions]);
      expect(await refused(copy(session, HOME, { KmsKeyId: homeKey }))).toEqual(missing(which, sourceKey));
    }
    const able = await bench.session(DST, `able${name.length}`, ["rds:*", ...KEY_ACTIONS]);
    await expect(copy(able, HOME, { KmsKeyId: homeKey })).resolves.toBeDefined();
  });

  test("encrypts an instance's unencrypted snapshot, and is refused for a cluster's", async () => {
    await bench.snapshot("open", "open-1");
    const key = await bench.key(SRC, "eu-west-1");
    const { DBSnapshot: made } = await copy(SRC, "eu-west-1", {
      SourceDBSnapshotIdentifier: "open-1",
      KmsKeyId: key,
    });
    expect(made).toMatchObject({ Encrypted: true, KmsKeyId: key });
    await bench.clusterSnapshot("plain", "plain-1");
    const command = new CopyDBClusterSnapshotCommand({
      SourceDBClusterSnapshotIdentifier: "plain-1",
      TargetDBClusterSnapshotIdentifier: "plain-2",
      KmsKeyId: key,
    });
    expect(await refused(bench.rds(SRC).send(command))).toMatchObject({ code: "UnsupportedOperation" });
  });
});

describe("what is not copied", () => {
  test("a snapshot that is not shared, which does not exist for other accounts", async () => {
    const own = await bench.snapshot("orders", "orders-own");
    const asked = copy(DST, HOME, { SourceDBSnapshotIdentifier: own, KmsKeyId: homeKey });
    expect(await refused(asked)).toEqual({
      code: "DBSnapshotNotFound",
      message: `DBSnapshot not found: ${own}`,
    });
  });

  test("one that is not available yet", async () => {
    const { DBSnapshot: pending } = await copy(SRC, "eu-west-1", {});
    const again = copy(SRC, "eu-west-1", { SourceDBSnapshotIdentifier: pending?.DBSnapshotIdentifier });
    expect(await refused(again)).toMatchObject({ code: "InvalidDBSnapshotState" });
    await cloud.clock.advance(3600);
  });

  test("to an identifier that is in use or invalid", async () => {
    const onto = (TargetDBSnapshotIdentifier: string) =>
      refused(copy(SRC, "eu-west-1", { TargetDBSnapshotIdentifier }));
    expect(await onto("Orders-1")).toEqual({
      code: "DBSnapshotAlreadyExists",
      message: "Cannot create the snapshot because a snapshot with the identifier orders-1 already exists.",
    });
    expect(await onto("1st")).toEqual({
      code: "InvalidParameterValue",
      message: "Invalid snapshot identifier:  1st",
    });
    expect(await onto("a--b")).toMatchObject({ code: "InvalidParameterValue" });
  });

  test("with more copies in progress into a Region than the quota", async () => {
    await cloud.control("PUT", "quotas", { quotas: { dbSnapshotCopies: 1 }, account: DST });
    await copy(DST, HOME, { KmsKeyId: homeKey });
    expect(await refused(copy(DST, HOME, { KmsKeyId: homeKey }))).toEqual({
      code: "SnapshotQuotaExceeded",
      message: "Cannot copy more than 1 snapshots across regions",
    });
    await cloud.clock.advance(3600);
    await expect(copy(DST, HOME, { KmsKeyId: homeKey })).resolves.toBeDefined();
    await cloud.control("DELETE", "quotas");
  });

  test("with more manual snapshots in a Region than the quota", async () => {
    await cloud.control("PUT", "quotas", { quotas: { dbSnapshots: 1 }, account: SRC });
    expect(await refused(copy(SRC, "eu-west-1", {}))).toEqual({
      code: "SnapshotQuotaExceeded",
      message: "Cannot create more than 1 manual snapshots",
    });
    await cloud.control("DELETE", "quotas");
  });

  test("without permission on the source, on the copy, and to tag it", async () => {
    const without = async (name: string, statements: readonly object[]) => {
      const { policy, trusting } = jest.requireActual("../../lib/cloud");
      const trust = trusting(DST);
      const policies = Object.fromEntries(statements.map((one, index) => [`p${index}`, policy(one)]));
      const session = await cloud.session(DST, cloud.moto.addRole(DST, name, { trust, policies }));
      return refused(copy(session, HOME, { KmsKeyId: homeKey, Tags: [{ Key: "job", Value: "1" }] }));
    };
    const use = { Action: KEY_ACTIONS, Resource: "*" };
    const source = { Action: "rds:CopyDBSnapshot", Resource: shared };
    const target = { Action: "rds:CopyDBSnapshot", Resource: `arn:aws:rds:${HOME}:${DST}:snapshot:*` };
    expect((await without("target-only", [use, target])).message).toContain(
      `not authorized to perform: rds:CopyDBSnapshot on resource: ${shared}`,
    );
    expect((await without("source-only", [use, source])).message).toContain(
      `on resource: arn:aws:rds:${HOME}:${DST}:snapshot:copy-`,
    );
    expect((await without("no-tags", [use, source, target])).message).toContain(
      "not authorized to perform: rds:AddTagsToResource",
    );
  });
});

test("an own snapshot of another Region needs its ARN", async () => {
  const key = await bench.key(SRC, HOME);
  expect(
    await refused(copy(SRC, HOME, { SourceDBSnapshotIdentifier: idOf(shared), KmsKeyId: key })),
  ).toMatchObject({ code: "DBSnapshotNotFound" });
  await expect(copy(SRC, HOME, { KmsKeyId: key })).resolves.toBeDefined();
});

test("tags are copied when the call sets none and requests it", async () => {
  const Tags = [{ Key: "team", Value: "shop" }];
  const { DBSnapshot: tagged } = await copy(SRC, "eu-west-1", { Tags });
  await cloud.clock.advance(3600);
  const SourceDBSnapshotIdentifier = tagged?.DBSnapshotIdentifier;
  const { DBSnapshot: copied } = await copy(SRC, "eu-west-1", { SourceDBSnapshotIdentifier, CopyTags: true });
  expect(copied?.TagList).toEqual(Tags);
  const { DBSnapshot: bare } = await copy(SRC, "eu-west-1", { SourceDBSnapshotIdentifier });
  expect(bare?.TagList).toEqual([]);
});
