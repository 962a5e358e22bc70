import { WITH_VOLUME_KEYS } from "../../_helpers/topologies";
import { selectJobs, type TopologyInput } from "../../../topology";
import { CALLS } from "../../../scripts/engine/fence";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { Freezer, type FrozenWhen } from "../../scripts/fake-aws/freezer";
import { pictureOf } from "../../scripts/fake-aws/picture";
import { Stage } from "../../scripts/fake-aws/stage";
import { tidy } from "../../scripts/fake-aws/tidy";
import { STORED, StoredStage } from "../../kinds/ami/stored-stage";
import { DatabaseStage, ORDERS } from "../../kinds/db-snapshot/database-stage";
import { LEDGER, SnapshotStage } from "../../kinds/ebs-snapshot/snapshot-stage";

const HOUR = 3600;

/** The frozen run's machine. Its clock is ahead or behind; the monotonic clock continues for a stopped process, but not on a suspended machine. */
const MACHINES = [
  { what: "stopped, with a clock that is ahead", aheadSeconds: 2 * HOUR, isSuspended: false },
  { what: "suspended, with a clock that is behind", aheadSeconds: -2 * HOUR, isSuspended: true },
] as const;

const WHEN: readonly FrozenWhen[] = ["before", "late", "after"];

/** What happens while the run is frozen: another run finishes its work, and one more may carry a newer image. */
const MEANWHILE = [
  { what: "another run takes over and finishes", newer: false },
  { what: "another run takes over, and one more carries a newer image", newer: true },
] as const;

const ACCOUNTS = {
  builder: { id: "111111111111" },
  prod: { id: "222222222222" },
  staging: { id: "333333333333" },
};

/** What a run carries when it is frozen. */
export interface Frozen {
  readonly make: () => Stage;
  /** A newer source. */
  readonly makeNewer: (stage: Stage) => void;
  /** Makes a run set everything that can be set on the copy that exists. */
  readonly spoil: (stage: Stage) => void;
  /** The ports whose changing calls the run uses. @default - those of images and snapshots */
  readonly ports?: readonly (keyof typeof CALLS)[];
  /** Changing calls of these ports that the run does not need. */
  readonly unneeded: readonly string[];
  /** Changing calls that start something which cannot be cancelled while it is in progress: `keyferry clean` removes it. @default - none */
  readonly begins?: readonly string[];
  /** Other results that the woken run may have. @default - none */
  readonly ends?: readonly string[];
}

/** An image with two destinations, another account and Region and another account, published. The first keeps only the newest copy. */
export function anImage(volumes: "mixed" | "plain"): Frozen {
  const topology: TopologyInput = {
    name: "acme",
    accounts: ACCOUNTS,
    images: {
      web: {
        from: {
          account: "builder",
          region: "eu-west-1",
          newest: { name: "web-*" },
          keys: ["alias/app-data"],
        },
        to: [
          { account: "prod", regions: ["eu-central-1"], keep: 1, launch: { instanceType: "t3.micro" } },
          { account: "staging", regions: ["eu-west-1"], deregistrationProtection: "without-cooldown" },
        ],
        tags: { team: "platform" },
        publishTo: "/images/web",
      },
    },
  };
  let made = 1;
  return {
    make: () => new Stage(topology, { lagSeconds: 5 }, volumes),
    makeNewer: (stage) => void stage.makeImage(`web-${(made += 1)}`, volumes),
    spoil: spoilImage,
    // The call that creates a transit copy also shares it, and its share record is deleted with it.
    unneeded: ["copySnapshot", ...(volumes === "plain" ? [] : ["deleteTags"])],
  };
}

/** A snapshot, with the same destinations. */
export function aSnapshot(under: string): Frozen {
  const ledger = LEDGER.snapshots.ledger;
  const [prod, staging] = ledger.to;
  const topology = { ...LEDGER, snapshots: { ledger: { ...ledger, to: [{ ...prod!, keep: 1 }, staging!] } } };
  return {
    make: () => new SnapshotStage(topology, { lagSeconds: 5 }, under),
    makeNewer: (stage) => void (stage as SnapshotStage).makeSnapshot(under),
    spoil: (stage) => {
      for (const { view } of (stage as SnapshotStage).copiesIn(stage.place("staging", "eu-west-1")))
        view.tags = Object.fromEntries(Object.entries(view.tags).filter(([key]) => key !== "team"));
    },
    unneeded: [...ONLY_FOR_IMAGES, ...(under.endsWith("/transit") ? [] : ["deleteTags"])],
  };
}

/** A database snapshot, with the same destinations. */
export function aDatabase(under: string): Frozen {
  const orders = ORDERS.databases.orders;
  const [prod, staging] = orders.to;
  const topology = { ...ORDERS, databases: { orders: { ...orders, to: [{ ...prod!, keep: 1 }, staging!] } } };
  return {
    make: () => new DatabaseStage(topology, { lagSeconds: 5 }, under),
    makeNewer: (stage) => void (stage as DatabaseStage).makeSnapshot(under),
    spoil: ({ cloud }) => {
      for (const { view } of cloud.dbSnapshots)
        view.tags = Object.fromEntries(Object.entries(view.tags).filter(([key]) => key !== "team"));
    },
    ports: ["databases", "parameters"],
    // RDS cannot delete a copy that is in progress (decision 42).
    begins: ["copySnapshot"],
    unneeded: under.endsWith("/transit") ? [] : ["removeTags"],
  };
}

/** An image that is registered on copies of its snapshots, one of them under its own key, with the same destinations. */
export function aRegisteredImage(volumes: "mixed" | "transit"): Frozen {
  const { images, ...common } = WITH_VOLUME_KEYS;
  const [prod, staging] = images.web.to;
  const to = [
    { ...prod!, keep: 1 },
    { ...staging!, deregistrationProtection: "without-cooldown" },
  ];
  const topology = { ...common, images: { web: { ...images.web, to } } };
  let made = 1;
  return {
    make: () => new Stage(topology, { lagSeconds: 5 }, volumes),
    makeNewer: (stage) => void stage.makeImage(`web-${(made += 1)}`, volumes),
    spoil: spoilImage,
    ports: [...IMAGE_PORTS, "registeredImages"],
    // Nothing is launched; only transit copies are made by CopyImage.
    unneeded: ["createServiceLinkedRole", ...(volumes === "mixed" ? ["deleteTags"] : ["copyImage"])],
  };
}

/** An image that is copied through S3, with the same destinations. */
export function aStoredImage(): Frozen {
  const { images, ...common } = STORED;
  const web = images["web"]!;
  const [prod, staging] = web.to;
  const topology = {
    ...common,
    images: {
      web: {
        ...web,
        to: [
          { ...prod!, keep: 1 },
          { ...staging!, deregistrationProtection: "without-cooldown" },
        ],
      },
    },
  };
  let made = 1;
  return {
    make: () => new StoredStage(topology, { lagSeconds: 5 }),
    makeNewer: (stage) => void (stage as StoredStage).makeImage(`web-${(made += 1)}`),
    spoil: spoilImage,
    ports: [...IMAGE_PORTS, "storedImages"],
    // An object that is stored, or an upload that starts, too late does not affect later runs, and S3 removes it after seven days (decision 43).
    begins: ["store", "beginUpload", "copyPart", "completeUpload", "restore"],
    // The run was frozen while it waited for the parameter, and the wait had timed out when it woke.
    ends: ["failed"],
    // Nothing is shared, nothing is launched, and no upload is aborted.
    unneeded: [
      "abortUpload",
      "changeCreateVolumePermissions",
      "changeLaunchPermissions",
      "copySnapshot",
      "createServiceLinkedRole",
      "deleteTags",
    ],
  };
}

const ONLY_FOR_IMAGES = [
  "copyImage",
  "deregisterImage",
  "changeLaunchPermissions",
  "setDescription",
  "requireImdsV2",
  "deprecate",
  "enableDeregistrationProtection",
  "createServiceLinkedRole",
];

const IMAGE_PORTS = ["images", "parameters", "roles"] as const;

/** All changing calls of some ports. */
function changesOf(ports: readonly (keyof typeof CALLS)[]): readonly string[] {
  const calls = ports.flatMap((port) => Object.entries(CALLS[port]));
  return calls.flatMap(([name, kind]) => (kind === "changes" ? [name] : []));
}

/** The results of a woken run. A run that had not yet taken its lease, or had completed, has not lost its lease. */
const ENDS: readonly string[] = ["LeaseLost", "done"];

/** Longer than any requested change takes to become visible. */
const QUIET_SECONDS = 60;

/**
 * Tests that a run can be frozen before and after each of its changing calls and wake after other runs have finished its work:
 * it changes nothing then.
 * @param every tests only every n-th call. @default 1 - all calls
 */
export function describeFrozenAnywhere(way: string, frozen: Frozen, every = 1): void {
  describe.each(MACHINES)(`a run ${way} whose machine is $what`, (machine) => {
    async function prepared(): Promise<Stage> {
      const stage = frozen.make();
      // A copy that is older than the copies to keep.
      await stage.run();
      frozen.makeNewer(stage);
      await stage.run({ only: selectJobs(stage.topology, ["staging"]) });
      frozen.spoil(stage);
      return stage;
    }

    function start(stage: Stage, at: number, when: FrozenWhen) {
      const freezer = new Freezer(at, when, stage.clock, machine);
      const ended = stage.run({ around: (aws) => freezer.around(aws), clock: freezer.clock }).then(
        ({ state }) => state,
        (error: { readonly code?: string }) => error.code ?? String(error),
      );
      return { freezer, ended };
    }

    async function callsOfARun(): Promise<readonly string[]> {
      const { freezer, ended } = start(await prepared(), 0, "before");
      expect(await ended).toBe("done");
      return freezer.calls;
    }

    /** What the woken run changed, and unexpected results of the runs. @param call at which it was frozen */
    async function wrongAfter(
      at: number,
      call: string,
      when: FrozenWhen,
      newer: boolean,
    ): Promise<readonly string[]> {
      const stage = await prepared();
      const { freezer, ended } = start(stage, at, when);
      await Promise.race([freezer.frozen(), ended]);
      expect(freezer.hasFrozen).toBe(true);
      await stage.clock.sleep(AWS_SETTINGS.leaseSeconds);
      const others = { isAlive: () => true };
      const states: string[] = [(await stage.run(others)).state];
      if (newer) {
        frozen.makeNewer(stage);
        states.push((await stage.run(others)).state);
      }
      await stage.clock.sleep(QUIET_SECONDS);
      const left = pictureOf(stage.cloud);
      freezer.wake();
      const end = await ended;
      await stage.clock.sleep(QUIET_SECONDS);
      const changed: string[] = [];
      if (when === "late" && frozen.begins?.includes(call) === true) {
        changed.push(...differences(left, pictureOf(stage.cloud), Object.keys(left)));
        states.push(await tidy(stage, "tidy"));
        await stage.clock.sleep(QUIET_SECONDS);
      }
      return [
        ...states.filter((state) => state !== "done").map((state) => `another run ended with ${state}`),
        ...([...ENDS, ...(frozen.ends ?? [])].includes(end) ? [] : [`the woken run ended with ${end}`]),
        ...changed,
        ...differences(left, pictureOf(stage.cloud)),
      ];
    }

    test.each(MEANWHILE)("changes nothing when it wakes after $what", async ({ newer }) => {
      const calls = await callsOfARun();
      const needed = changesOf(frozen.ports ?? IMAGE_PORTS).filter((name) => !frozen.unneeded.includes(name));
      expect([...new Set(calls)].sort()).toEqual([...needed].sort());
      const wrong: string[] = [];
      for (let at = 1; at <= calls.length; at += every) {
        for (const when of WHEN) {
          const call = calls[at - 1] ?? "";
          for (const what of await wrongAfter(at, call, when, newer))
            wrong.push(`frozen ${when} call ${at} (${call}): ${what}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  });
}

/** Changes the attributes that a run must set, and removes the role that a launch needs, so that a run creates it. */
function spoilImage(stage: Stage): void {
  const { cloud, source } = stage;
  for (const { view } of cloud.registered(source)) {
    view.description = "built on Monday";
    view.deprecationTime = "2030-01-01T00:00:00.000Z";
    view.attributes = { ...view.attributes, "IMDS support": "v2.0" };
  }
  for (const { view } of cloud.registered(stage.place("staging", "eu-west-1"))) {
    view.deregistrationProtection = "disabled";
    view.tags = Object.fromEntries(Object.entries(view.tags).filter(([key]) => key !== "team"));
  }
  cloud.serviceLinkedRoles.clear();
}

type Picture = Readonly<Record<string, unknown>>;

/** @param ids what is compared. @default - everything */
function differences(
  left: Picture,
  now: Picture,
  ids: readonly string[] = [...new Set([...Object.keys(left), ...Object.keys(now)])],
): readonly string[] {
  return ids.flatMap((id) => {
    const [before, after] = [JSON.stringify(left[id]), JSON.stringify(now[id])];
    return before === after ? [] : [`${id}: ${before} became ${after}`];
  });
}
