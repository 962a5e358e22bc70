import {
  AddTagsToResourceCommand,
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyDBSnapshotAttributeCommand,
  paginateDescribeDBSnapshots,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-rds";
import { DST, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { rdsBench, refused } from "./lib";

let cloud: TestCloud;
let bench: ReturnType<typeof rdsBench>;
let key: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  bench = rdsBench(cloud);
  key = await bench.key(SRC, "eu-west-1");
  bench.instance(SRC, "orders", key);
  bench.instance(SRC, "open");
  bench.instance(SRC, "default", "arn:aws:kms:eu-west-1:111111111111:key/of-moto");
});
afterAll(async () => {
  bench.stop();
  await cloud.stop();
  expect(cloud.defects).toEqual([]);
});

test("a snapshot is taken under its database's key and progresses on the cloud's clock", async () => {
  const input = { DBInstanceIdentifier: "orders", DBSnapshotIdentifier: "First" };
  const { DBSnapshot: made } = await bench.rds(SRC).send(new CreateDBSnapshotCommand(input));
  expect(made).toMatchObject({
    DBSnapshotIdentifier: "first",
    DBSnapshotArn: `arn:aws:rds:eu-west-1:${SRC}:snapshot:first`,
    Status: "creating",
    KmsKeyId: key,
    Engine: "postgres",
    AllocatedStorage: 20,
  });
  const seen = new Set<number | undefined>();
  for (let step = 0; step < 12; step += 1) {
    await cloud.clock.advance(15);
    seen.add((await bench.shown(SRC, "eu-west-1", "first"))?.PercentProgress);
  }
  expect([...seen]).toEqual(expect.arrayContaining([25, 50, 75, 100]));
  expect(await bench.shown(SRC, "eu-west-1", "first")).toMatchObject({ Status: "available" });
});

test("a snapshot of a database that does not exist is refused", async () => {
  const input = { DBInstanceIdentifier: "gone", DBSnapshotIdentifier: "of-gone" };
  expect(await refused(bench.rds(SRC).send(new CreateDBSnapshotCommand(input)))).toMatchObject({
    code: "DBInstanceNotFound",
  });
});

describe("sharing", () => {
  const modify = (DBSnapshotIdentifier: string, change: object, account = SRC) =>
    bench
      .rds(account)
      .send(
        new ModifyDBSnapshotAttributeCommand({ DBSnapshotIdentifier, AttributeName: "restore", ...change }),
      );
  const listed = async (input: object) =>
    (await bench.rds(DST).send(new DescribeDBSnapshotsCommand(input))).DBSnapshots?.map(
      ({ DBSnapshotIdentifier, SnapshotType }) => [DBSnapshotIdentifier, SnapshotType],
    );

  test("lets another account see a snapshot by its ARN, until the share is removed", async () => {
    const arn = await bench.snapshot("orders", "to-share");
    await modify("to-share", { ValuesToAdd: [DST, "333333333333"] });
    expect(await listed({})).toEqual([]);
    expect(await listed({ SnapshotType: "shared" })).toEqual([[arn, "shared"]]);
    expect(await listed({ IncludeShared: true, DBSnapshotIdentifier: arn })).toEqual([[arn, "shared"]]);
    expect(await refused(modify(arn, { ValuesToAdd: ["444444444444"] }, DST))).toMatchObject({
      code: "DBSnapshotNotFound",
    });

    const { DBSnapshotAttributesResult: left } = await modify("to-share", { ValuesToRemove: [DST] });
    expect(left?.DBSnapshotAttributes).toEqual([
      { AttributeName: "restore", AttributeValues: ["333333333333"] },
    ]);
    expect(await listed({ SnapshotType: "shared" })).toEqual([]);
    const attributes = new DescribeDBSnapshotAttributesCommand({ DBSnapshotIdentifier: "to-share" });
    expect((await bench.rds(SRC).send(attributes)).DBSnapshotAttributesResult).toEqual(left);
  });

  test("is refused under the AWS managed key of RDS", async () => {
    await bench.snapshot("default", "under-default");
    expect(await refused(modify("under-default", { ValuesToAdd: [DST] }))).toEqual({
      code: "InvalidDBSnapshotState",
      message: "Sharing snapshots encrypted with the default service key for RDS is currently not supported.",
    });
  });

  test("with everyone is refused for an encrypted snapshot", async () => {
    expect(await refused(modify("to-share", { ValuesToAdd: ["all"] }))).toMatchObject({
      code: "InvalidParameterValue",
    });
    await bench.snapshot("open", "for-all");
    await modify("for-all", { ValuesToAdd: ["all"] });
    expect(await listed({ SnapshotType: "public" })).toEqual([
      [`arn:aws:rds:eu-west-1:${SRC}:snapshot:for-all`, "public"],
    ]);
    expect(await listed({ SnapshotType: "shared" })).toEqual([]);
  });

  test("is limited to 20 accounts, in one list or the other, and to account ids", async () => {
    const accounts = Array.from({ length: 21 }, (_, index) => String(500000000000 + index));
    expect(await refused(modify("to-share", { ValuesToAdd: accounts }))).toMatchObject({
      code: "SharedSnapshotQuotaExceeded",
    });
    expect(await refused(modify("to-share", { ValuesToAdd: [DST], ValuesToRemove: [DST] }))).toMatchObject({
      code: "InvalidParameterCombination",
    });
    expect(await refused(modify("to-share", { ValuesToAdd: ["o-acme"] }))).toMatchObject({
      code: "InvalidParameterValue",
    });
  });
});

test("a database is deleted with a final snapshot, and its automated ones are deleted with it", async () => {
  bench.instance(SRC, "brief", key);
  const rds = bench.rds(SRC);
  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: "brief", FinalDBSnapshotIdentifier: "brief-last" }),
  );
  await cloud.clock.advance(3600);
  expect(await bench.shown(SRC, "eu-west-1", "brief-last")).toMatchObject({
    Status: "available",
    KmsKeyId: key,
    SnapshotType: "manual",
  });
});

test("a snapshot can be deleted by its owner, once it is available", async () => {
  const rds = bench.rds(SRC);
  await bench.snapshot("orders", "to-delete");
  const of = (DBSnapshotIdentifier: string) => new DeleteDBSnapshotCommand({ DBSnapshotIdentifier });
  const TargetDBSnapshotIdentifier = "on-its-way";
  await rds.send(
    new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: "to-delete", TargetDBSnapshotIdentifier }),
  );
  expect(await refused(rds.send(of("on-its-way")))).toMatchObject({ code: "InvalidDBSnapshotState" });
  await rds.send(of("to-delete"));
  expect(await refused(rds.send(of("to-delete")))).toMatchObject({ code: "DBSnapshotNotFound" });
  const mayNot = await bench.session(SRC, "reader", ["rds:Describe*"]);
  expect((await refused(bench.rds(mayNot).send(of("on-its-way")))).message).toContain("rds:DeleteDBSnapshot");
});

test("tags are set, listed and removed by ARN, and no other account's are shown", async () => {
  const ResourceName = await bench.snapshot("orders", "tagged");
  const rds = bench.rds(SRC);
  const Tags = [
    { Key: "team", Value: "shop" },
    { Key: "env", Value: "test" },
  ];
  await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags }));
  await rds.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ["env"] }));
  const { TagList } = await rds.send(new ListTagsForResourceCommand({ ResourceName }));
  expect(TagList).toEqual([Tags[0]]);
  const reserved = new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: "aws:x", Value: "" }] });
  expect(await refused(rds.send(reserved))).toMatchObject({ code: "InvalidParameterValue" });
  await bench.share(ResourceName, [DST]);
  const list = new ListTagsForResourceCommand({ ResourceName });
  expect(await refused(bench.rds(DST).send(list))).toMatchObject({ code: "DBSnapshotNotFound" });
});

test("snapshots are listed by filter and in pages", async () => {
  const rds = bench.rds(SRC);
  for (let made = 0; made < 25; made += 1) {
    const input = { DBInstanceIdentifier: "open", DBSnapshotIdentifier: `open-${made}` };
    await rds.send(new CreateDBSnapshotCommand(input));
  }
  const Filters = [{ Name: "db-instance-id", Values: ["open"] }];
  const sizes: (number | undefined)[] = [];
  for await (const page of paginateDescribeDBSnapshots({ client: rds, pageSize: 20 }, { Filters }))
    sizes.push(page.DBSnapshots?.length);
  expect(sizes).toEqual([20, 6]);
  const unknown = new DescribeDBSnapshotsCommand({ Filters: [{ Name: "colour", Values: ["red"] }] });
  expect(await refused(rds.send(unknown))).toMatchObject({ code: "InvalidParameterValue" });
  const missing = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "none" });
  expect(await refused(rds.send(missing))).toMatchObject({ code: "DBSnapshotNotFound" });
});
