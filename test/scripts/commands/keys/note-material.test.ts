import { adoptKeys } from "../../../../scripts/commands/keys/adopt";
import { findNamed } from "../../../../scripts/commands/keys/find-named";
import { keysOf, type ChangeableFoundation } from "../../../../scripts/commands/keys/foundation";
import { importedFirst, noteMaterial } from "../../../../scripts/commands/keys/note-material";
import { enableKey } from "../../../../scripts/commands/keys/switch";
import { EMPTY_LOCK, mergeLock, resolveTopology, withKey, type Lock, type Place } from "../../../../topology";
import { Stage } from "../../fake-aws/stage";

const PLATFORM = "111111111111";
const ID = "mrk-1234abcd12ab34cd56ef1234567890ab";
const arnIn = (region: string) => `arn:aws:kms:${region}:${PLATFORM}:key/${ID}`;
const PLACE = { account: PLATFORM, region: "eu-west-1", purpose: "vault@1" } as const;

const topology = resolveTopology({
  name: "acme",
  accounts: { platform: { id: PLATFORM } },
  keys: {
    vault: {
      account: "platform",
      regions: ["eu-west-1", "eu-central-1"],
      imported: true,
      multiRegion: true,
    },
  },
});

/** KMS with only the primary key, or with its replica too. */
function foundationWith(state: string, regions: readonly string[] = ["eu-west-1"]) {
  let lock: Lock = mergeLock(topology, EMPTY_LOCK).lock;
  const enabled: string[] = [];
  const keyLife = ({ region }: Place) => ({
    describe: async () =>
      regions.includes(region)
        ? {
            arn: arnIn(region),
            state,
            imported: true,
            primaryRegion: "eu-west-1",
            relatedRegions: [...regions],
          }
        : undefined,
    aliases: async () =>
      new Map(
        regions.includes(region)
          ? [[arnIn(region), ["alias/keyferry/acme/vault", "alias/keyferry/acme/vault/1"]]]
          : [],
      ),
    enable: async (arn: string) => void enabled.push(arn),
  });
  const deployer = {
    ...new Stage().deployer.access(),
    keyLife,
  } as unknown as ChangeableFoundation["deployer"];
  const open = (): ChangeableFoundation => ({
    before: lock,
    locked: mergeLock(topology, lock),
    deployer,
    remember: (change) => void (lock = change(mergeLock(topology, lock).lock)),
  });
  return { open, enabled, change: (next: (lock: Lock) => Lock) => void (lock = next(lock)) };
}

const replica = (foundation: ChangeableFoundation) =>
  keysOf(foundation).find(({ region }) => region === "eu-central-1");

test("the material of a primary key is recorded once, with the replicas to deploy", async () => {
  const { open } = foundationWith("Enabled");
  expect(replica(open())).toMatchObject({ awaitsPrimary: true });
  const notes = await noteMaterial(open(), arnIn("eu-west-1"));
  expect(notes.join("\n")).toContain(
    "deploy 'foundation-*', which creates platform/eu-central-1/vault@1, and import the same material once more",
  );
  expect(replica(open())).not.toHaveProperty("awaitsPrimary");
  expect(await noteMaterial(open(), arnIn("eu-west-1"))).toEqual([]);
});

test("an import into a key that is not in the lock file is not recorded", async () => {
  const { open } = foundationWith("Enabled");
  const other = `arn:aws:kms:eu-west-1:${PLATFORM}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  expect(await noteMaterial(open(), other)).toEqual([]);
  expect(replica(open())).toMatchObject({ awaitsPrimary: true });
});

test("a replica that is not created yet can be named, and means its primary key", () => {
  const { open } = foundationWith("PendingImport");
  const named = findNamed(keysOf(open()), "platform/eu-central-1/vault");
  expect(importedFirst(open(), named)).toMatchObject({ region: "eu-west-1", purpose: "vault@1" });
});

test.each([
  ["has its material", "Enabled", ["eu-west-1"], true],
  ["lost its material, and has a replica", "PendingImport", ["eu-west-1", "eu-central-1"], true],
  ["has none yet", "PendingImport", ["eu-west-1"], undefined],
])("adopting a key whose primary %s", async (_what, state, regions, hasMaterial) => {
  const { open } = foundationWith(state, regions);
  await adoptKeys(open());
  const primary = keysOf(open()).find(({ region }) => region === "eu-west-1");
  expect([primary?.keyId, primary?.hasMaterial]).toEqual([ID, hasMaterial]);
  expect(replica(open())?.awaitsPrimary).toBe(hasMaterial === true ? undefined : true);
});

test("a disabled imported key is enabled in KMS, because no deployment can enable one without material", async () => {
  const { open, enabled, change } = foundationWith("Disabled");
  change((lock) => withKey(lock, "acme", PLACE, { state: "disabled" }));
  const disabled = { ...open(), locked: { ...open().locked, lock: open().before } };
  const key = keysOf(disabled).find(({ state }) => state === "disabled");
  expect(await enableKey(disabled, key as never)).toMatchObject({ refusals: [] });
  expect(enabled).toEqual([arnIn("eu-west-1")]);
});
