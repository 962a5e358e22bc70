import { ModifyImageAttributeCommand, ModifySnapshotAttributeCommand } from "@aws-sdk/client-ec2";
import type { JournalRecord } from "../../../scripts/engine/journal";
import type { Ec2State } from "../../../packages/emulator/services/ec2/state";
import { resolveTopology, type Place, type Topology } from "../../../topology";
import {
  Administrators,
  Bomb,
  deployFoundation,
  makeImage,
  makeSnapshot,
  runScript,
  startVirtualCloud,
  wrongIn,
  type Disk,
  type ScriptOptions,
  type VirtualCloud,
} from "../../_helpers/virtual";

/** What a run carries when it is killed. */
export interface Carried {
  readonly topology: Topology;
  /** Creates the source of the only rule. @returns its ID */
  makeSource(cloud: VirtualCloud, admins: Administrators, place: Place): Promise<string>;
}

const COMMON = {
  name: "crash",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
};
/** Two destinations, one of them in another Region. */
const TO = [
  { account: "prod", regions: ["eu-central-1"] },
  { account: "staging", regions: ["eu-west-1"] },
];
const FROM = { account: "builder", region: "eu-west-1", keys: ["alias/app-data"] };

/** @param disks of the source image; they determine whether it needs a transit copy */
export function anImage(disks: readonly Disk[]): Carried {
  const web = {
    from: { ...FROM, newest: { name: "web-*" } },
    to: TO,
    tags: { team: "platform" },
    publishTo: "/images/web",
  };
  return {
    topology: resolveTopology({ ...COMMON, images: { web } }),
    makeSource: (cloud, admins, place) =>
      makeImage(cloud, admins, place, `web-${disks[0]?.keyAlias ?? "plain"}`, disks),
  };
}

/** @param disk from which the source snapshot is created */
export function aSnapshot(disk: Disk): Carried {
  const tags = { app: "ledger" };
  const ledger = { from: { ...FROM, newest: { tags } }, to: TO, publishTo: "/snapshots/ledger" };
  return {
    topology: resolveTopology({ ...COMMON, snapshots: { ledger } }),
    makeSource: (cloud, admins, place) => makeSnapshot(cloud, admins, place, disk, tags),
  };
}

/** Changes become visible and take effect this much later, as in AWS. */
const LAG_SECONDS = 5;

/** The user shares the source with a destination and with an unrelated account; a run must not withdraw either share. */
const THEIR_ACCOUNTS = ["222222222222", "999999999999"];
const STRANGER = ["999999999999"];

/**
 * Tests that a run can be killed at any point: before every call, after every changing call and before every journal record.
 * The ways to resume it alternate: a run that is killed at one point is resumed in one way, at the next point in another.
 * @param way how the source is copied, for the titles of the tests
 */
export function describeKilledAnywhere(way: string, { topology, makeSource }: Carried): void {
  describe(`a run ${way} that is killed at any point`, () => {
    let cloud: VirtualCloud;
    let admins: Administrators;
    let prepared: Buffer;
    let sources: Record<string, string>;
    const shares: Record<string, readonly string[]> = {};
    let points: readonly string[];

    beforeAll(async () => {
      cloud = await startVirtualCloud(topology.operator.id, { consistencyLag: LAG_SECONDS });
      admins = new Administrators(cloud.url);
      await deployFoundation(admins, topology);
      const [rule] = topology.rules;
      if (rule === undefined) throw new TypeError("no rule");
      const sourceId = await makeSource(cloud, admins, rule.from);
      sources = { [rule.name]: sourceId };
      await share(sourceId);
      prepared = await cloud.dump();
      const bomb = new Bomb();
      await runScript(cloud, topology, { aws: bomb.around(cloud.access(topology)), append: bomb.append([]) });
      points = bomb.points;
      expect(await wrongIn(cloud, topology, sources, shares)).toEqual([]);
    });

    afterAll(() => cloud.stop());

    async function share(id: string): Promise<void> {
      const { images } = cloud.composition.stores["ec2"] as Ec2State;
      const image = images[id];
      if (image === undefined) await shareSnapshot(id, THEIR_ACCOUNTS);
      else {
        const { ec2 } = admins.of("111111111111", "eu-west-1");
        const Add = users(THEIR_ACCOUNTS);
        await ec2.send(new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { Add } }));
        shares[id] = THEIR_ACCOUNTS;
        for (const { ebs } of image.devices) await shareSnapshot(ebs?.snapshotId ?? "", STRANGER);
      }
      // What a user shares at the moment at which a run starts cannot be distinguished from what the run shares.
      await cloud.cloudClock.advance(2 * LAG_SECONDS);
    }

    async function shareSnapshot(SnapshotId: string, accounts: readonly string[]): Promise<void> {
      const { ec2 } = admins.of("111111111111", "eu-west-1");
      const CreateVolumePermission = { Add: users(accounts) };
      await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission }));
      shares[SnapshotId] = accounts;
    }

    /**
     * Kills a run at a point.
     * @returns its journal; undefined if the run ended earlier: the number of its polling calls varies by one or two
     */
    async function killed(at: number): Promise<readonly JournalRecord[] | undefined> {
      await cloud.load(prepared);
      const bomb = new Bomb(at);
      const journal: JournalRecord[] = [];
      const aws = bomb.around(cloud.access(topology));
      await runScript(cloud, topology, { aws, append: bomb.append(journal), pid: 1 }).catch(() => undefined);
      if (bomb.hasGoneOff) return journal;
      expect(at).toBeGreaterThan(points.length - 5);
      return undefined;
    }

    /** Resumes a run. @returns what failed */
    async function resumed(options: ScriptOptions): Promise<readonly string[]> {
      const failures: string[] = [];
      const { state } = await runScript(cloud, topology, {
        isResumed: true,
        ...options,
        listener: (event) => {
          if (event.code === "TaskFailed") failures.push(`${event.task}: ${event.explanation.reason}`);
        },
      });
      return state === "done" ? failures : [...failures, state];
    }

    /** Ways to resume a run; each returns what went wrong. */
    const RESUMED: readonly [
      how: string,
      resume: (journal: readonly JournalRecord[]) => Promise<readonly string[]>,
    ][] = [
      ["with its journal", (past) => resumed({ past, pid: 2 })],
      ["without a journal", () => resumed({ pid: 2 })],
      [
        "by two runs at the same time",
        async () => {
          const isAlive = (pid: number) => pid !== 1;
          const ended = await Promise.allSettled([
            resumed({ pid: 2, isAlive, followsPlan: false }),
            resumed({ pid: 3, isAlive, followsPlan: false }),
          ]);
          const refused = ended.flatMap((end) =>
            end.status === "rejected" ? [end.reason.code as string] : [],
          );
          // The second run is refused; if both wrote the lease, one of them finds that it lost it.
          const wrong = refused.filter((code) => code !== "LeaseHeld" && code !== "LeaseLost");
          const carried = ended.flatMap((end) => (end.status === "fulfilled" ? end.value : []));
          return [...wrong, ...carried, ...(refused.length === 2 ? ["both of two runs were refused"] : [])];
        },
      ],
    ];

    test.each(RESUMED.map(([how, resume], turn) => [how, resume, turn] as const))(
      "and resumed %s makes every copy once and leaves nothing",
      async (_how, resume, turn) => {
        expect(points.length).toBeGreaterThan(50);
        const wrong: string[] = [];
        for (const [index, point] of points.entries()) {
          if (index % RESUMED.length !== turn) continue;
          const journal = await killed(index + 1);
          if (journal === undefined) break;
          const whatFailed = await resume(journal);
          for (const what of [...whatFailed, ...(await wrongIn(cloud, topology, sources, shares))]) {
            wrong.push(`killed at ${index + 1} (${point}): ${what}`);
          }
        }
        expect(wrong).toEqual([]);
        expect(cloud.defects).toEqual([]);
      },
    );
  });
}

function users(accounts: readonly string[]) {
  return accounts.map((UserId) => ({ UserId }));
}
