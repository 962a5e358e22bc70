import { useWorkplace } from "./lib/procedures";

interface AwsFailure {
  readonly code: string;
  readonly message: string;
}

interface SnapshotSeen {
  readonly State: string;
  readonly StateMessage: string | null;
  readonly KmsKeyId: string;
  readonly VolumeId: string;
  readonly Encrypted: boolean;
}

interface Seen {
  readonly shareUnderDefaultKey: AwsFailure;
  readonly shareImageUnderDefaultKey: AwsFailure;
  readonly unshared: SnapshotSeen;
  readonly withoutEncrypted: AwsFailure;
  readonly decrypted: AwsFailure;
  readonly withoutKeyPolicy: SnapshotSeen;
  readonly keyOfAnotherRegion: SnapshotSeen;
  readonly tags: readonly unknown[];
  readonly copy: SnapshotSeen;
  readonly encryptionState: AwsFailure;
  readonly wrongRoot: AwsFailure;
  readonly byDefault: Readonly<Record<string, unknown>>;
  readonly launchedByDefault: AwsFailure;
  readonly registered: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly launched: { readonly state: string; readonly key: string };
  readonly keys: { readonly source: string; readonly home: string };
}

jest.setTimeout(240_000);

const place = useWorkplace();
let seen: Seen;
beforeAll(async () => {
  seen = (await place.boto3("snapshot_client.py")) as Seen;
});

describe("the procedure of tutorials fails as on AWS", () => {
  test("snapshots and images under the EBS default key cannot be shared", () => {
    expect(seen.shareUnderDefaultKey).toEqual({
      code: "OperationNotPermitted",
      message: "Encrypted snapshots with EBS default key cannot be shared",
    });
    expect(seen.shareImageUnderDefaultKey).toEqual({
      code: "InvalidParameter",
      message: "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
    });
  });

  test("a copy of a snapshot that is not shared is accepted and ends in error", () => {
    expect(seen.unshared).toMatchObject({ State: "error", StateMessage: "Source snapshot is not found" });
  });

  test("a key without --encrypted is refused, and so is decrypting", () => {
    expect(seen.withoutEncrypted.code).toBe("InvalidParameterDependency");
    expect(seen.decrypted.code).toBe("InvalidRequest");
    expect(seen.decrypted.message).toMatch(
      /^Snapshot snap-\w+ is encrypted\. Creating an unencrypted copy from an encrypted snapshot is not supported\.$/,
    );
  });

  test("when called in the wrong Region, the copy cannot use the key", () => {
    expect(seen.keyOfAnotherRegion).toMatchObject({
      State: "error",
      StateMessage: "Given key ID is not accessible",
    });
  });

  test("without the source key's policy the copy is accepted and ends in error", () => {
    expect(seen.withoutKeyPolicy).toMatchObject({
      State: "error",
      StateMessage: "Given key ID is not accessible",
    });
  });

  test("an unmodified block device mapping still has an Encrypted flag and is refused", () => {
    expect(seen.encryptionState).toEqual({
      code: "InvalidBlockDeviceMapping",
      message: "the encrypted flag cannot be specified since device /dev/xvda has a snapshot specified.",
    });
    expect(seen.wrongRoot.code).toBe("InvalidBlockDeviceMapping");
  });

  test("an image that is registered without its attributes has another architecture and virtualization type", () => {
    expect(seen.byDefault).toMatchObject({
      Architecture: "i386",
      VirtualizationType: "paravirtual",
      EnaSupport: false,
    });
    expect(seen.launchedByDefault.message).toMatch(
      /^The architecture 'x86_64' .* 'i386' of the specified AMI/,
    );
  });
});

describe("the corrected procedure gives the other account its own image", () => {
  test("the copied snapshot is under the other account's key", () => {
    expect(seen.copy).toMatchObject({
      State: "completed",
      KmsKeyId: seen.keys.home,
      VolumeId: "vol-ffffffff",
      Encrypted: true,
    });
    expect(seen.tags).toEqual([{ Key: "job", Value: "web" }]);
  });

  test("the registered image has the source image's attributes and can be launched", () => {
    expect(seen.registered).toEqual(seen.expected);
    expect(seen.launched).toMatchObject({ state: "running", key: seen.keys.home });
  });
});
