import type { TopologyInput } from "../../../topology";
import { Freezer, type FrozenWhen } from "../fake-aws/freezer";
import { pictureOf } from "../fake-aws/picture";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { tidy } from "../fake-aws/tidy";
import { QUIET_SECONDS, whileFrozen } from "../fake-aws/while-frozen";

const PROD = "222222222222";
const HOUR = 3600;

const WHEN: readonly FrozenWhen[] = ["before", "late", "after"];
const MACHINES = [
  { what: "stopped, with a clock that is ahead", aheadSeconds: 2 * HOUR, isSuspended: false },
  { what: "suspended, with a clock that is behind", aheadSeconds: -2 * HOUR, isSuspended: true },
] as const;

const web = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
const KEEPING: TopologyInput = {
  ...TWO_ACCOUNTS,
  images: { web: { ...web, to: web.to.map(({ account, regions }) => ({ account, regions, keep: 1 })) } },
};

/** A state record that a run left in a place. */
async function leave(
  stage: Stage,
  account: string,
  region: string,
  page: string,
  value: object,
): Promise<void> {
  const { put } = stage.cloud.access().parameters(stage.place(account, region));
  const name = `/keyferry/acme/${page}`;
  await put({ name, value: JSON.stringify(value), dataType: "text", overwrite: true, tags: {} });
}

const leaseOf = (stage: Stage, seconds: number) => ({
  owner: { host: "gone", pid: 7, run: "run-7" },
  expires: new Date(stage.clock.now().getTime() + seconds * 1000).toISOString(),
});
const INTENT = { run: "run-7", startedAt: "2026-01-01T00:00:00Z", sourceImageId: "ami-0ldc0ffee" };
const HOLD = { run: "run-7", at: "2026-01-01T00:00:00Z", heldBack: "ami-2", showing: "ami-1" };

/** Everything that runs leave in the source place of a rule and in its destinations. */
async function littered(): Promise<Stage> {
  const stage = new Stage(KEEPING, { lagSeconds: 5 }, "plain");
  const { cloud, source } = stage;
  expect((await stage.run()).state).toBe("done");
  const prod = stage.place("prod", "eu-central-1");
  const copy = (place: typeof source, name: string, node: string, role: string) =>
    cloud.image(
      cloud.addCopy(place, name, {
        "keyferry:topology": "acme",
        "keyferry:node": node,
        "keyferry:role": role,
      }),
    );
  copy(prod, "old", "web/final/prod/eu-central-1", "final").view.creationDate = "2020-01-01T00:00:00.000Z";
  copy(prod, "failed", "web/final/prod/eu-central-1", "final").view.state = "failed";
  copy(source, "transit", "web/transit/builder/eu-west-1", "transit");
  copy(source, "orphan", "web/transit/builder/eu-west-1", "transit").registered = false;
  const image = cloud.image(stage.imageId);
  const [snapshot] = cloud.snapshotsOf(image);
  if (snapshot === undefined) throw new TypeError("no snapshot");
  const { id: imageId } = image.view;
  const { snapshotId } = snapshot.view;
  image.launchPermissions.push(PROD);
  image.view.tags = { "keyferry:shared-with:acme/web": `${imageId} lease=1 ${PROD}` };
  // Another topology needs the same share of the snapshot.
  snapshot.createVolumePermissions.push(PROD, "333333333333");
  snapshot.view.tags = {
    "keyferry:shared-with:acme/web": `${snapshotId} lease=1 ${PROD} 333333333333`,
    "keyferry:shared-with:other/web": `${snapshotId} lease=1 ${PROD}`,
  };
  await leave(stage, "builder", "eu-west-1", "api/intent", INTENT);
  await leave(stage, "builder", "eu-west-1", "api/rollback", HOLD);
  await leave(stage, "builder", "eu-west-1", "lease", leaseOf(stage, -60));
  return stage;
}

async function cleaned(stage: Stage): Promise<void> {
  expect(await tidy(stage, "other")).toBe("done");
}

async function carried(stage: Stage): Promise<void> {
  stage.makeImage("web-2", "plain");
  expect((await stage.run({ isAlive: () => true })).state).toBe("done");
}

/** What happens while it is frozen, so that nothing is left to remove. */
const MEANWHILE: readonly (readonly [string, (stage: Stage) => Promise<void>])[] = [
  ["another clean removed everything", cleaned],
  [
    "another clean removed everything, and a run carried a newer image",
    async (stage) => {
      await cleaned(stage);
      await carried(stage);
    },
  ],
];

describe.each(MACHINES)("clean --apply on a machine that is $what", (machine) => {
  async function callsOfAClean(): Promise<readonly string[]> {
    const stage = await littered();
    const freezer = new Freezer(0, "before", stage.clock, machine);
    expect(await tidy(stage, "first", freezer)).toBe("done");
    return freezer.calls;
  }

  it("makes every kind of change that clean can make", async () => {
    expect([...new Set(await callsOfAClean())].sort()).toEqual([
      "changeCreateVolumePermissions",
      "changeLaunchPermissions",
      "createTags",
      "delete",
      "deleteSnapshot",
      "deleteTags",
      "deregisterImage",
      "put",
    ]);
  });

  /** Freezes a clean at one of its changes until other commands have run; returns where it woke and how it ended. */
  async function frozenAt(
    at: number,
    when: FrozenWhen,
    meanwhile: (stage: Stage) => Promise<void>,
    wakes: boolean,
  ) {
    const stage = await littered();
    const freezer = new Freezer(at, when, stage.clock, machine);
    const ended = tidy(stage, "first", freezer);
    const left = await whileFrozen(stage, freezer, ended, meanwhile);
    if (!wakes) return { stage, left };
    freezer.wake();
    const end = await ended;
    await stage.clock.sleep(QUIET_SECONDS);
    return { stage, left, end };
  }

  /** Every change but the first, which takes the lease: before that there is no lease to lose. */
  async function points() {
    const calls = await callsOfAClean();
    return calls.flatMap((call, index) =>
      index === 0 ? [] : WHEN.map((when) => ({ at: index + 1, when, call })),
    );
  }

  it.each(MEANWHILE)(
    "changes nothing when it is frozen at any change and wakes after %s",
    async (_, meanwhile) => {
      const wrong: unknown[] = [];
      for (const { at, when, call } of await points()) {
        const { stage, left, end = "" } = await frozenAt(at, when, meanwhile, true);
        const changed = differences(left, pictureOf(stage.cloud));
        if (changed.length > 0 || !["LeaseLost", "done"].includes(end))
          wrong.push({ at, call, when, end, changed });
      }
      expect(wrong).toEqual([]);
    },
  );

  it("does only what the next clean does, when it wakes after a run carried a newer image", async () => {
    const wrong: unknown[] = [];
    for (const { at, when, call } of await points()) {
      const [never, woken] = [
        await frozenAt(at, when, carried, false),
        await frozenAt(at, when, carried, true),
      ];
      await cleaned(never.stage);
      await cleaned(woken.stage);
      const changed = differences(pictureOf(never.stage.cloud), pictureOf(woken.stage.cloud));
      if (changed.length > 0) wrong.push({ at, call, when, changed });
    }
    expect(wrong).toEqual([]);
  });
});

type Picture = ReturnType<typeof pictureOf>;

function differences(left: Picture, now: Picture): readonly unknown[] {
  return [...new Set([...Object.keys(left), ...Object.keys(now)])]
    .filter((id) => JSON.stringify(left[id]) !== JSON.stringify(now[id]))
    .map((id) => [id, left[id], now[id]]);
}

describe("clean --apply in a place where no rule starts any more", () => {
  /** An earlier version of the topology left its state records and a share in the account of a destination. */
  async function leftElsewhere() {
    const stage = new Stage(KEEPING, { lagSeconds: 5 }, "plain");
    expect((await stage.run()).state).toBe("done");
    const place = stage.place("prod", "eu-central-1");
    const disks = [{ deviceName: "/dev/xvda", sizeGiB: 8 }];
    const image = stage.cloud.image(stage.cloud.addImage(place, "api-1", disks));
    image.launchPermissions.push("333333333333");
    image.view.tags = { "keyferry:shared-with:acme/api": `${image.view.id} lease=1 333333333333` };
    await leave(stage, "prod", "eu-central-1", "api/intent", INTENT);
    await leave(stage, "prod", "eu-central-1", "lease", leaseOf(stage, -60));
    return stage;
  }

  it("changes nothing when it is frozen before any change and a run of an earlier topology works there when it wakes", async () => {
    const whole = await leftElsewhere();
    const counting = new Freezer(0, "before", whole.clock, MACHINES[0]);
    expect(await tidy(whole, "first", counting)).toBe("done");
    expect(counting.calls.filter((call) => call !== "put")).toEqual(
      expect.arrayContaining(["changeLaunchPermissions", "deleteTags", "delete"]),
    );
    for (let at = 1; at <= counting.calls.length; at += 1) {
      for (const when of ["before", "after"] as const) {
        const stage = await leftElsewhere();
        const freezer = new Freezer(at, when, stage.clock, MACHINES[0]);
        const ended = tidy(stage, "first", freezer);
        await freezer.frozen();
        await stage.clock.sleep(QUIET_SECONDS);
        await leave(stage, "prod", "eu-central-1", "lease", leaseOf(stage, 10 * HOUR));
        const left = pictureOf(stage.cloud);
        freezer.wake();
        const end = await ended;
        const ofProd = ([id]: readonly [string, unknown]) => !id.startsWith("111111111111/");
        const now = Object.fromEntries(Object.entries(pictureOf(stage.cloud)).filter(ofProd));
        const before = Object.fromEntries(Object.entries(left).filter(ofProd));
        expect({ at, when, end, now }).toEqual({ at, when, end, now: before });
      }
    }
  });
});
