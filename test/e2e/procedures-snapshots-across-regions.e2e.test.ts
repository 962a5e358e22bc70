import { DST, SRC, useWorkplace, whereTheCliIs, type Terminal } from "./lib/procedures";

/** A snapshot goes to another Region of its own account and ends under a key of that Region. */

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

  test("the printed command names a key without saying that the copy is encrypted", async () => {
    const printed = `--destination-region ${CALIFORNIA} --kms-key-id arn:aws:kms:${CALIFORNIA}:accountID:key/destination-key-id`;
    expect((await ohio.refusal(copy(printed))).code).toBe("InvalidParameterDependency");
    const failed = await copied(ohio, `--encrypted ${printed}`);
    expect(failed).toMatchObject({ State: "error", StateMessage: "Given key ID is not accessible" });
  });

  test("asked for in the destination Region, without a key, it ends where it cannot be shared from", async () => {
    const { KmsKeyId, State, SnapshotId } = await copied(california, "");
    expect(State).toBe("completed");
    const managed = await california.type(
      "aws kms describe-key --key-id alias/aws/ebs --query KeyMetadata.Arn",
    );
    expect(KmsKeyId).toBe(managed);
    const share = `aws ec2 modify-snapshot-attribute --snapshot-id ${SnapshotId} --attribute createVolumePermission --operation-type add --user-ids ${DST}`;
    expect((await california.refusal(share)).code).toBe("OperationNotPermitted");
  });

  test("under the replica of the source's key it is under another key all the same", async () => {
    await ohio.type(`aws kms replicate-key --key-id ${sourceKey} --replica-region ${CALIFORNIA}`);
    await place.cloud.clock.advance(60);
    const keyId = sourceKey.split("/").pop() ?? "";
    const { KmsKeyId, State } = await copied(california, `--encrypted --kms-key-id ${keyId}`);
    expect({ KmsKeyId, State }).toEqual({
      KmsKeyId: sourceKey.replace(OHIO, CALIFORNIA),
      State: "completed",
    });
  });

  test("the trail shows both keys: a grant on the source's, a data key under the destination's", async () => {
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

test("with boto3: the destination is where the client is, whatever the parameter says", async () => {
  const seen = await place.boto3("procedures_snapshots_across_regions.py");
  expect(seen.elsewhere).toEqual({ there: 0, here: 1 });
  expect(seen.alone).toMatchObject({ State: "error", StateMessage: "Given key ID is not accessible" });
  expect(seen.both).toMatchObject({ State: "completed", KmsKeyId: seen.keys.away });
  expect(seen.oneRegion).toMatchObject({ State: "error" });
});
