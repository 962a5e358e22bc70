import {
  AwsCallError,
  type KeyLife,
  type KeyMaterialEntry,
  type RotationStatus,
} from "../../../../scripts/aws";
import { rotateKey } from "../../../../scripts/commands/keys/rotate";
import type { Foundation } from "../../../../scripts/commands/keys/foundation";
import { EMPTY_LOCK, mergeLock, rememberedKeys, resolveTopology, type Place } from "../../../../topology";
import { Stage } from "../../fake-aws/stage";

const ID = "mrk-1234abcd12ab34cd56ef1234567890ab";
const arnIn = (region: string) => `arn:aws:kms:${region}:111111111111:key/${ID}`;

interface World {
  readonly life?: Partial<KeyLife>;
  readonly status?: Partial<RotationStatus>;
  readonly materials?: readonly KeyMaterialEntry[];
  readonly refusal?: string;
  readonly confirmed?: boolean;
}

/** Rotates a replica, and returns the calls to KMS. */
async function rotated({ life, status, materials = [], refusal, confirmed = true }: World) {
  const topology = resolveTopology({
    name: "named",
    accounts: { platform: { id: "111111111111" } },
    keys: { data: { account: "platform", regions: ["eu-west-1", "eu-central-1"], multiRegion: true } },
  });
  const locked = mergeLock(topology, EMPTY_LOCK);
  const calls: string[] = [];
  const asked: number[] = [];
  const access = new Stage().deployer.access();
  const deployer = {
    ...access,
    keyLife: (place: Place) => ({
      ...access.keyLife(place),
      describe: async () => ({
        arn: arnIn(place.region),
        state: "Enabled",
        primaryRegion: "eu-west-1",
        ...life,
      }),
    }),
    keyRotation: ({ region }: Place) => ({
      status: async () => ({ enabled: true, ...status }),
      materials: async () => materials,
      rotateOnDemand: async (arn: string) => {
        calls.push(`${region} ${arn}`);
        if (refusal === undefined) return;
        const site = { operation: "RotateKeyOnDemand", account: "111111111111", region };
        throw new AwsCallError(site, { code: refusal, message: "refused", transient: false });
      },
    }),
  };
  const key = rememberedKeys(locked.lock, "named").find(({ region }) => region === "eu-central-1");
  if (key === undefined) throw new Error("there is no such key");
  const change = await rotateKey({ locked, deployer } as Foundation, key, async (_, left) => {
    asked.push(left);
    return confirmed;
  });
  return { ...change, calls, asked };
}

const onDemand = (count: number): readonly KeyMaterialEntry[] =>
  Array.from({ length: count }, () => ({ state: "NON_CURRENT", type: "ON_DEMAND" as const }));

test("rotating a replica rotates its primary key, after confirmation with the remaining quota", async () => {
  const { calls, asked, done } = await rotated({ materials: onDemand(3) });
  expect(calls).toEqual([`eu-west-1 ${arnIn("eu-west-1")}`]);
  expect(asked).toEqual([22]);
  expect(done).toEqual([expect.stringContaining("4 of 25 on demand")]);
});

test("nothing is rotated without confirmation", async () => {
  const { calls, refusals } = await rotated({ confirmed: false });
  expect([calls, refusals]).toEqual([[], [expect.objectContaining({ what: "not confirmed" })]]);
});

test("a rotation in progress is reported, not started again, also if its response was lost", async () => {
  const begun = await rotated({ status: { onDemandStarted: "2026-01-01T00:00:00.000Z" } });
  expect([begun.calls, begun.refusals, begun.notes[0]]).toEqual([
    [],
    [],
    expect.stringContaining("in progress"),
  ]);
  const lost = await rotated({ refusal: "ConflictException" });
  expect([lost.refusals, lost.done, lost.notes[0]]).toEqual([[], [], expect.stringContaining("in progress")]);
});

test.each<readonly [string, World, string, string]>([
  ["is disabled", { life: { state: "Disabled" } }, "only an enabled key", "keys enable"],
  ["is pending deletion", { life: { state: "PendingDeletion" } }, "only an enabled key", "cancel-deletion"],
  ["has no material yet", { life: { state: "PendingImport" } }, "only an enabled key", "keys import"],
  [
    "has been rotated 25 times",
    { materials: onDemand(25) },
    "the maximum that KMS allows",
    "next generation",
  ],
  ["has no new material", { life: { imported: true } }, "there is no new material", "--for-rotation"],
  [
    "has no new material in a replica",
    {
      life: { imported: true },
      materials: [{ state: "PENDING_MULTI_REGION_IMPORT_AND_ROTATION" }],
    },
    "not in every replica yet",
    "--for-rotation",
  ],
])("a key that %s is refused with the fix, without a call to KMS", async (_, world, what, fix) => {
  const { calls, refusals, asked } = await rotated(world);
  expect([calls, asked]).toEqual([[], []]);
  expect(refusals).toEqual([
    expect.objectContaining({ what: expect.stringContaining(what), fix: expect.stringContaining(fix) }),
  ]);
});

test("an imported key is rotated to its pending material", async () => {
  const { calls } = await rotated({ life: { imported: true }, materials: [{ state: "PENDING_ROTATION" }] });
  expect(calls).toHaveLength(1);
});

test("any other refusal of KMS is an error", async () => {
  await expect(rotated({ refusal: "KMSInvalidStateException" })).rejects.toThrow("refused");
});
