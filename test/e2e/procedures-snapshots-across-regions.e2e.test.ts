import { DST, SRC, useWorkplace, whereTheCliIs, type Terminal } from "./lib/procedures";

/** Snapshots of volumes and databases are copied to other Regions, under keys of those Regions. */

jest.setTimeout(240_000);

const OHIO = "us-east-2";
const CALIFORNIA = "us-west-1";

const place = useWorkplace();

whereTheCliIs(describe)("typed with the AWS CLI", () => {
  let ohio: Terminal;
  let california: Terminal;
  let snapshot: string;
  let sourceKey: string;

  const copy = (more: string) =>
    `aws ec2 copy-snapshot --source-region ${OHIO} --source-snapshot-id ${snapshot} ${more} --query SnapshotId`;
  const copied = async (cli: Terminal, more: string) => {
    const id = await cli.type(copy(more));
    await place.cloud.clock.advance(3600);
    return place.look.snapshot([SRC, cli === ohio ? OHIO : CALIFORNIA], id);
  };

  beforeAll(async () => {
    ohio = place.terminal(SRC, OHIO);
    california = place.terminal(SRC, CALIFORNIA);
    sourceKey = await ohio.type("aws kms create-key --multi-region --query KeyMetadata.Arn");
    const image = await place.encryptedImage(SRC, OHIO, "web", sourceKey);
    snapshot = await place.look.rootSnapshot([SRC, OHIO], image);
  });

  test("the article's command names a key without --encrypted", async () => {
    const printed = `--destination-region ${CALIFORNIA} --kms-key-id arn:aws:kms:${CALIFORNIA}:accountID:key/destination-key-id`;
    expect((await ohio.refusal(copy(printed))).code).toBe("InvalidParameterDependency");
    const failed = await copied(ohio, `--encrypted ${printed}`);
    expect(failed).toMatchObject({ State: "error", StateMessage: "Given key ID is not accessible" });
  });

  test("a copy that is requested in the destination Region without a key is under the AWS managed key and cannot be shared", async () => {
    const { KmsKeyId, State, SnapshotId } = await copied(california, "");
    expect(State).toBe("completed");
    const managed = await california.type(
      "aws kms describe-key --key-id alias/aws/ebs --query KeyMetadata.Arn",
    );
    expect(KmsKeyId).toBe(managed);
    const share = `aws ec2 modify-snapshot-attribute --snapshot-id ${SnapshotId} --attribute createVolumePermission --operation-type add --user-ids ${DST}`;
    expect((await california.refusal(share)).code).toBe("OperationNotPermitted");
  });

  test("a copy under the replica of the source's key is under another key ARN", async () => {
    await ohio.type(`aws kms replicate-key --key-id ${sourceKey} --replica-region ${CALIFORNIA}`);
    await place.cloud.clock.advance(60);
    const keyId = sourceKey.split("/").pop() ?? "";
    const { KmsKeyId, State } = await copied(california, `--encrypted --kms-key-id ${keyId}`);
    expect({ KmsKeyId, State }).toEqual({
      KmsKeyId: sourceKey.replace(OHIO, CALIFORNIA),
      State: "completed",
    });
  });

  test("CloudTrail shows both keys: a grant on the source's key, a data key under the destination's key", async () => {
    const lookup = async (cli: Terminal, name: string) => {
      const { Events } = await cli.type(
        `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=${name}`,
      );
      return Events.map(({ CloudTrailEvent }: { CloudTrailEvent: string }) => JSON.parse(CloudTrailEvent));
    };
    const grants = await lookup(ohio, "CreateGrant");
    expect(grants.map(({ resources }: any) => resources[0].ARN)).toContain(sourceKey);
    const [dataKey] = await lookup(california, "GenerateDataKeyWithoutPlaintext");
    expect(dataKey.requestParameters).toMatchObject({
      numberOfBytes: 64,
      keyId: sourceKey.replace(OHIO, CALIFORNIA),
      encryptionContext: { "aws:ebs:id": expect.stringMatching(/^snap-/) },
    });
  });
});

test("with boto3: the destination is the client's Region, regardless of the parameter", async () => {
  const seen = await place.boto3("procedures_snapshots_across_regions.py");
  expect(seen.elsewhere).toEqual({ there: 0, here: 1 });
  expect(seen.alone).toMatchObject({ State: "error", StateMessage: "Given key ID is not accessible" });
  expect(seen.both).toMatchObject({ State: "completed", KmsKeyId: seen.keys.away });
  expect(seen.oneRegion).toMatchObject({ State: "error" });
});

describe("databases, with boto3", () => {
  let seen: any;
  beforeAll(async () => {
    seen = await place.boto3("procedures_database_snapshots.py");
  });

  test("automated snapshots and snapshots under the default key cannot be shared", () => {
    expect(seen.shareAutomated.code).toBe("InvalidDBSnapshotState");
    expect(seen.shareUnderDefaultKey).toEqual({
      code: "InvalidDBSnapshotState",
      message: "Sharing snapshots encrypted with the default service key for RDS is currently not supported.",
    });
  });

  test("without the share, a key of its own Region or the source key's policy, a copy fails with AWS's error", () => {
    const inaccessible = (which: string, key: string) => ({
      code: "KMSKeyNotAccessibleFault",
      message: `The ${which} KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
    });
    expect(seen.unshared).toEqual({
      code: "DBSnapshotNotFound",
      message: `DBSnapshot not found: ${seen.arn}`,
    });
    expect(seen.withoutKey).toEqual(inaccessible("target", "None"));
    expect(seen.withoutKeyPolicy).toEqual(inaccessible("source snapshot", seen.keys.source));
  });

  test("with all of them, snapshots of an instance and of a cluster are copied across account and Region in one step", () => {
    expect(seen.listed).toEqual([seen.arn]);
    expect(seen.instance).toEqual({
      Status: "available",
      Encrypted: true,
      KmsKeyId: seen.keys.away,
      SourceRegion: "us-east-1",
    });
    expect(seen.cluster).toEqual({
      Status: "available",
      StorageEncrypted: true,
      KmsKeyId: seen.keys.away,
    });
  });

  test("the manual snapshots and the final snapshot of a deleted database remain", () => {
    expect(seen.left).toEqual(["orders-1", "orders-last"]);
  });
});

whereTheCliIs(describe)("databases, typed with the AWS CLI", () => {
  test("a snapshot is copied to another Region by its ARN, with a named key", async () => {
    const ohio = place.terminal(SRC, OHIO);
    const california = place.terminal(SRC, CALIFORNIA);
    await ohio.type(
      "aws rds create-db-instance --db-instance-identifier books --db-instance-class db.t3.micro --engine mysql --allocated-storage 20 --master-username admin1 --master-user-password not-a-secret --storage-encrypted --query DBInstance.DBInstanceIdentifier",
    );
    const arn = await ohio.type(
      "aws rds create-db-snapshot --db-instance-identifier books --db-snapshot-identifier books-1 --query DBSnapshot.DBSnapshotArn",
    );
    await place.cloud.clock.advance(3600);
    const copy = `aws rds copy-db-snapshot --source-region ${OHIO} --source-db-snapshot-identifier ${arn} --target-db-snapshot-identifier books-2`;
    expect((await california.refusal(copy)).code).toBe("InvalidParameterValue");
    const status = await california.type(`${copy} --kms-key-id alias/aws/rds --query DBSnapshot.Status`);
    expect(status).toBe("creating");
  });
});
