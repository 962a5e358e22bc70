import type { JsonObject } from "../../../contract";
import { availableImage, createBench, DST, FRANKFURT, IRELAND, share, snapshotsOf, SRC } from "./lib/bench";

/** What each account's key must allow the destination for a copy. */
const NEEDED = {
  source: ["CreateGrant"],
  destination: ["DescribeKey", "CreateGrant", "GenerateDataKeyWithoutPlaintext"],
} as const;

type Side = keyof typeof NEEDED;
const ROWS = (Object.keys(NEEDED) as Side[]).flatMap((side) =>
  NEEDED[side].map((action): readonly [Side, string] => [side, action]),
);

const COPIES = ["CopyImage", "CopySnapshot"] as const;

/** A copy of DST across accounts and Regions, with all required key permissions but one. */
async function copied(
  operation: (typeof COPIES)[number],
  without?: readonly [Side, string],
): Promise<JsonObject> {
  const bench = createBench();
  const keys = { source: bench.addKey(SRC, IRELAND, "s"), destination: bench.addKey(DST, FRANKFURT, "d") };
  const imageId = await availableImage(bench, keys.source);
  await share(bench, imageId);
  for (const side of Object.keys(NEEDED) as Side[]) {
    const rest = NEEDED[side].filter((action) => without?.[0] !== side || without[1] !== action);
    bench.keys[keys[side]]!.allowed[DST] = rest;
  }
  const source =
    operation === "CopyImage"
      ? { Name: "web", SourceImageId: imageId }
      : { SourceSnapshotId: snapshotsOf(bench, imageId)[0] };
  await bench.call(DST, FRANKFURT, operation, {
    ...source,
    SourceRegion: IRELAND,
    Encrypted: "true",
    KmsKeyId: keys.destination,
  });
  await bench.clock.advance(3600);
  const { snapshotSet } = await bench.call(DST, FRANKFURT, "DescribeSnapshots", { Owner: ["self"] });
  const { imagesSet } = await bench.call(DST, FRANKFURT, "DescribeImages", { Owner: ["self"] });
  const [snapshot] = snapshotSet as readonly JsonObject[];
  const [image] = imagesSet as readonly JsonObject[];
  const { status, statusMessage } = snapshot ?? {};
  return { status, statusMessage, image: image?.imageState, reason: image?.stateReason };
}

describe.each(COPIES)("%s across accounts", (operation) => {
  it("succeeds with exactly these permissions", async () => {
    expect(await copied(operation)).toMatchObject({ status: "completed", statusMessage: undefined });
  });

  it.each(ROWS)(
    "fails, with the reason in its StateMessage, where the %s key does not allow kms:%s",
    async (...row) => {
      const failed = await copied(operation, row);
      expect(failed).toMatchObject({ status: "error", statusMessage: "Given key ID is not accessible" });
      if (operation === "CopySnapshot") return;
      expect(failed).toMatchObject({
        image: "failed",
        reason: {
          code: "Client.InternalError",
          message: "Copy image failed with an internal error. Given key ID is not accessible",
        },
      });
    },
  );
});
