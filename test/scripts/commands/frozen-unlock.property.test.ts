import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { locks, unlock } from "../../../scripts/commands/unlock";
import type { LeaseKeeper } from "../../../scripts/engine/lease-record";
import { Freezer, type FrozenWhen } from "../fake-aws/freezer";
import { pictureOf } from "../fake-aws/picture";
import { Stage } from "../fake-aws/stage";

const HOUR = 3600;
const QUIET_SECONDS = 60;
const LEASE = "111111111111/eu-west-1 /keyferry/acme/lease";

const WHEN: readonly FrozenWhen[] = ["before", "late", "after"];
const MACHINES = [
  { what: "stopped, with a clock that is ahead", aheadSeconds: 2 * HOUR, isSuspended: false },
  { what: "suspended, with a clock that is behind", aheadSeconds: -2 * HOUR, isSuspended: true },
] as const;

/** The lease of a dead run on another machine, which no run takes over for hours. */
async function locked(): Promise<Stage> {
  const stage = new Stage(undefined, { lagSeconds: 5 }, "plain");
  const { put } = stage.cloud.access().parameters(stage.source);
  const expires = new Date(stage.clock.now().getTime() + 2 * HOUR * 1000).toISOString();
  const value = JSON.stringify({ owner: { host: "gone", pid: 7, run: "run-7" }, expires, number: 7 });
  await put({ name: "/keyferry/acme/lease", value, dataType: "text", overwrite: true, tags: {} });
  return stage;
}

/** `keyferry unlock --yes`; returns whether it broke the lease. */
async function unlocking(stage: Stage, host: string, freezer?: Freezer): Promise<boolean> {
  const clock = freezer?.clock ?? stage.clock;
  const aws = freezer?.around(stage.cloud.access()) ?? stage.cloud.access();
  const context = { topology: stage.topology, aws, clock };
  const keeper: LeaseKeeper = {
    me: { host, pid: 1, run: host },
    clock,
    settings: AWS_SETTINGS,
    isAlive: () => true,
  };
  const found = await locks(context, keeper);
  expect(found.locks).toHaveLength(1);
  return (await unlock(context, keeper, found)).locks.length === 1;
}

async function carried(stage: Stage): Promise<void> {
  expect((await stage.run({ isAlive: () => true })).state).toBe("done");
}

/** Another unlock broke the lease, or it expired; then a run takes over. */
const MEANWHILE: readonly (readonly [string, (stage: Stage) => Promise<void>])[] = [
  [
    "the lease was broken from another machine, and a run took over and finished",
    async (stage) => {
      await unlocking(stage, "other").catch(() => undefined);
      await stage.clock.sleep(AWS_SETTINGS.leaseSeconds);
      await carried(stage);
    },
  ],
  [
    "the lease expired, and two runs finished",
    async (stage) => {
      await stage.clock.sleep(2 * HOUR);
      await carried(stage);
      stage.makeImage("web-2", "plain");
      await carried(stage);
    },
  ],
];

describe.each(MACHINES)("an unlock on a machine that is $what", (machine) => {
  it.each(MEANWHILE)("changes nothing when it is frozen and wakes after %s", async (_, meanwhile) => {
    for (const when of WHEN) {
      const stage = await locked();
      const freezer = new Freezer(1, when, stage.clock, machine);
      const ended = unlocking(stage, "first", freezer);
      await freezer.frozen();
      await meanwhile(stage);
      await stage.clock.sleep(QUIET_SECONDS);
      const left = pictureOf(stage.cloud);
      freezer.wake();
      expect(await ended).toBe(false);
      expect({ when, picture: pictureOf(stage.cloud) }).toEqual({ when, picture: left });
    }
  });

  it.each(["before", "late"] as const)(
    "restores the lease of a run in progress when it is frozen %s its change",
    async (when) => {
      const stage = await locked();
      const freezer = new Freezer(1, when, stage.clock, machine);
      const broken = unlocking(stage, "first", freezer);
      await freezer.frozen();
      await stage.clock.sleep(2 * HOUR);
      let woken: Promise<boolean> | undefined;
      const owners: unknown[] = [];
      const ended = stage.run({
        isAlive: () => true,
        listener: (event) => {
          if (event.code !== "CopyStarted" || woken !== undefined) return;
          freezer.wake();
          woken = broken.then((isBroken) => {
            const lease = JSON.parse(stage.cloud.parameters.get(LEASE)?.at(-1)?.value ?? "{}") as object;
            owners.push("owner" in lease ? lease.owner : lease);
            return isBroken;
          });
        },
      });
      expect(await ended.then(({ state }) => state)).toBe("done");
      expect(await woken).toBe(false);
      expect(owners).toMatchObject([{ host: "laptop" }]);
      expect(stage.cloud.parameters.has(LEASE)).toBe(false);
    },
  );

  it("breaks only the lease, if no run took it in the meantime", async () => {
    for (const when of WHEN) {
      const stage = await locked();
      const freezer = new Freezer(1, when, stage.clock, machine);
      const ended = unlocking(stage, "first", freezer);
      await freezer.frozen();
      await stage.clock.sleep(QUIET_SECONDS);
      freezer.wake();
      expect(await ended).toBe(true);
      await stage.clock.sleep(AWS_SETTINGS.leaseSeconds);
      await carried(stage);
    }
  });
});
