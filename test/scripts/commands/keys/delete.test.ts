import { hasDeletionGuard } from "../../../../policy";
import { resolveTopology, type Topology } from "../../../../topology";
import type { KeyUseKind } from "../../../../scripts/aws";
import type { KeyChange } from "../../../../scripts/engine/results";
import { cancelDeletion } from "../../../../scripts/commands/keys/cancel-deletion";
import { deleteKey } from "../../../../scripts/commands/keys/delete";
import { findNamed } from "../../../../scripts/commands/keys/find-named";
import { keysBefore, keysOf } from "../../../../scripts/commands/keys/foundation";
import { disableKey, enableKey } from "../../../../scripts/commands/keys/switch";
import { Bomb, Crash } from "../../fake-aws/bomb";
import { Stage, TWO_ACCOUNTS } from "../../fake-aws/stage";

const HOME = "alias/keyferry/acme/home";
const KEY = "prod/eu-central-1/home";

/** The same topology after prod was removed: its home key is retired. */
const WITHOUT_PROD: Topology = resolveTopology({
  ...TWO_ACCOUNTS,
  images: {
    web: { ...TWO_ACCOUNTS.images["web"], to: [{ account: "staging", regions: ["eu-west-1"] }] },
  },
} as unknown);

function dropped(): { stage: Stage; arn: string } {
  const stage = new Stage();
  stage.lockFile.lock = stage.foundation(WITHOUT_PROD).locked.lock;
  return { stage, arn: stage.keyArn(stage.place("prod", "eu-central-1"), HOME) };
}

interface Attempt {
  readonly topology?: Topology;
  readonly bomb?: Bomb;
  readonly withoutProofOf?: readonly KeyUseKind[];
  readonly confirmed?: boolean;
}

function remove(stage: Stage, attempt: Attempt = {}): Promise<KeyChange> {
  const foundation = stage.foundation(attempt.topology ?? WITHOUT_PROD, attempt.bomb);
  return deleteKey(foundation, {
    key: findNamed(keysOf(foundation), KEY),
    windowDays: 30,
    withoutProofOf: attempt.withoutProofOf ?? [],
    confirm: () => Promise.resolve(attempt.confirmed ?? true),
  });
}

function cancel(stage: Stage, topology: Topology, enable = false, bomb = new Bomb()): Promise<KeyChange> {
  const foundation = stage.foundation(topology, bomb);
  return cancelDeletion(foundation, findNamed(keysBefore(foundation), KEY), enable);
}

const writes = (stage: Stage) => stage.cloud.calls.filter((call) => !/^(Describe|Get|List)/.test(call));
const policyOf = (stage: Stage, arn: string) => JSON.stringify(stage.cloud.keys.get(arn)?.policy);
const recordOf = (stage: Stage) =>
  stage.lockFile.lock.topologies["acme"]?.accounts["222222222222"]?.keys["eu-central-1"]?.home;

describe("deleting a key", () => {
  it("is refused while the topology uses it", async () => {
    const stage = new Stage();
    const { refusals } = await remove(stage, { topology: stage.topology });
    expect(refusals[0]?.what).toContain("active");
    expect(writes(stage)).toEqual([]);
  });

  it.each<KeyUseKind>(["volumes", "images", "launches", "grants", "rds", "secrets", "recycle-bin"])(
    "is refused while %s use it, and names the user",
    async (kind) => {
      const { stage, arn } = dropped();
      stage.deployer.use(arn, kind, ["the user of the key"]);
      const { refusals, done } = await remove(stage);
      expect(refusals).toEqual([
        expect.objectContaining({ kind, what: "in use by the user of the key", account: "222222222222" }),
      ]);
      expect(done).toEqual([]);
      expect(writes(stage)).toEqual([]);
    },
  );

  it("is refused if something could not be read, names the missing permission, and accepts responsibility only for that kind", async () => {
    const { stage, arn } = dropped();
    stage.deployer.use(arn, "rds", "denied");
    stage.deployer.use(arn, "secrets", "denied");
    const { refusals } = await remove(stage, { withoutProofOf: ["rds"] });
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.what).toContain("not proved: secrets of Secrets Manager");
    expect(refusals[0]?.fix).toContain("secretsmanager:ListSecrets");
    expect(refusals[0]?.fix).toContain("--without-proof-of secrets");
    expect(writes(stage)).toEqual([]);
    expect((await remove(stage, { withoutProofOf: ["rds", "secrets"] })).refusals).toEqual([]);
  });

  it("changes nothing without confirmation", async () => {
    const { stage } = dropped();
    expect((await remove(stage, { confirmed: false })).refusals[0]?.what).toBe("not confirmed");
    expect(writes(stage)).toEqual([]);
  });

  it("schedules the deletion with the guard lifted only for that call, deletes the alias, and records the id", async () => {
    const { stage, arn } = dropped();
    const { refusals } = await remove(stage);
    expect(refusals).toEqual([]);
    expect(writes(stage).map((call) => call.split(" ")[0])).toEqual([
      "PutKeyPolicy",
      "ScheduleKeyDeletion",
      "PutKeyPolicy",
      "DeleteAlias",
    ]);
    expect(stage.cloud.keys.get(arn)).toMatchObject({ state: "PendingDeletion" });
    expect(hasDeletionGuard(policyOf(stage, arn))).toBe(true);
    expect(recordOf(stage)).toMatchObject({ state: "deleted", keyId: arn.split("/")[1] });
    stage.cloud.calls.length = 0;
    expect((await remove(stage)).done).toEqual([]);
    expect(writes(stage)).toEqual([]);
  });

  it("is finished by the same command after a crash at any point", async () => {
    for (let at = 1; ; at += 1) {
      const { stage, arn } = dropped();
      const bomb = new Bomb(at);
      const crash: unknown = await remove(stage, { bomb }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (crash === undefined) {
        expect(at).toBeGreaterThan(8);
        return;
      }
      expect(crash).toBeInstanceOf(Crash);
      expect((await remove(stage)).refusals).toEqual([]);
      expect(stage.cloud.keys.get(arn)?.state).toBe("PendingDeletion");
      expect(hasDeletionGuard(policyOf(stage, arn))).toBe(true);
      expect(recordOf(stage)?.state).toBe("deleted");
      expect(stage.keyArn(stage.place("prod", "eu-central-1"), HOME)).toBe("");
    }
  });

  it("restores the guard if a crash left it lifted and the key is now in use", async () => {
    const { stage, arn } = dropped();
    await expect(remove(stage, { bomb: new Bomb(2) })).rejects.toThrow(Crash);
    expect(hasDeletionGuard(policyOf(stage, arn))).toBe(false);
    stage.deployer.use(arn, "volumes", ["volume vol-1"]);
    expect((await remove(stage)).refusals).toHaveLength(1);
    expect(hasDeletionGuard(policyOf(stage, arn))).toBe(true);
    expect(stage.cloud.keys.get(arn)?.state).toBe("Enabled");
  });
});

describe("cancelling a deletion", () => {
  it("restores the key with its alias, guarded and retired, also after a crash at any point", async () => {
    for (let at = 1; ; at += 1) {
      const { stage, arn } = dropped();
      await remove(stage);
      const crash: unknown = await cancel(stage, WITHOUT_PROD, true, new Bomb(at)).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (crash !== undefined) await cancel(stage, WITHOUT_PROD, true);
      expect(stage.cloud.keys.get(arn)).toMatchObject({ state: "Enabled" });
      expect(stage.cloud.keys.get(arn)).not.toHaveProperty("deletionDate");
      expect(stage.keyArn(stage.place("prod", "eu-central-1"), HOME)).toBe(arn);
      expect(recordOf(stage)).toMatchObject({ state: "retired", keyId: arn.split("/")[1] });
      if (crash === undefined) return;
    }
  });

  it("makes the key active with its id if its place is in the topology again", async () => {
    const { stage, arn } = dropped();
    await remove(stage);
    await cancel(stage, stage.topology);
    const [key] = keysOf(stage.foundation()).filter(({ account }) => account === "222222222222");
    expect(key).toMatchObject({ state: "active", keyId: arn.split("/")[1] });
  });

  it("reports that a key was permanently deleted", async () => {
    const { stage, arn } = dropped();
    await remove(stage);
    stage.cloud.keys.delete(arn);
    expect((await cancel(stage, WITHOUT_PROD)).refusals[0]?.what).toContain("permanently deleted");
  });

  it("does not change an alias that now names another key", async () => {
    const { stage } = dropped();
    const place = stage.place("prod", "eu-central-1");
    await remove(stage);
    const other = stage.cloud.addKey(place, HOME, { Version: "2012-10-17", Statement: [] });
    const { notes } = await cancel(stage, WITHOUT_PROD);
    expect(notes.join()).toContain("names another key");
    expect(stage.keyArn(place, HOME)).toBe(other);
  });
});

describe("disabling a key", () => {
  const attempt = (stage: Stage) => {
    const foundation = stage.foundation(WITHOUT_PROD);
    return disableKey(foundation, findNamed(keysOf(foundation), KEY));
  };

  it("is written to the lock file, and undone there; the next deploy changes AWS", async () => {
    const { stage } = dropped();
    const { notes } = await attempt(stage);
    expect(notes.join()).toContain("deploy 'foundation-*'");
    expect(recordOf(stage)?.state).toBe("disabled");
    const foundation = stage.foundation(WITHOUT_PROD);
    await enableKey(foundation, findNamed(keysOf(foundation), KEY));
    expect(recordOf(stage)?.state).toBe("retired");
    expect(writes(stage)).toEqual([]);
  });

  it("is refused while the key is in use", async () => {
    const { stage, arn } = dropped();
    stage.deployer.use(arn, "snapshots", ["snapshot snap-1"]);
    stage.deployer.use(arn, "rds", "denied");
    expect((await attempt(stage)).refusals).toEqual([
      expect.objectContaining({ what: "in use by snapshot snap-1" }),
    ]);
    expect(recordOf(stage)?.state).toBe("retired");
  });
});
