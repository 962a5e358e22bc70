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

/** What is carried when a run is killed. */
export interface Carried {
  readonly topology: Topology;
  /** Makes the source of the only rule. @returns its id */
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
/** Two destinations, one of them in another Region; what the cloud describes and obeys lags as AWS's does. */
const TO = [
  { account: "prod", regions: ["eu-central-1"] },
  { account: "staging", regions: ["eu-west-1"] },
];
const FROM = { account: "builder", region: "eu-west-1", keys: ["alias/app-data"] };

/** @param disks of the source image, which decide how it travels */
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

/** @param disk of which the source snapshot is made */
export function aSnapshot(disk: Disk): Carried {
  const tags = { app: "ledger" };
  const ledger = { from: { ...FROM, newest: { tags } }, to: TO, publishTo: "/snapshots/ledger" };
  return {
    topology: resolveTopology({ ...COMMON, snapshots: { ledger } }),
    makeSource: (cloud, admins, place) => makeSnapshot(cloud, admins, place, disk, tags),
  };
}

const LAG_SECONDS = 5;

/** The user shares the source with a destination and with a stranger; neither share is ours to withdraw. */
const THEIR_ACCOUNTS = ["222222222222", "999999999999"];
const STRANGER = ["999999999999"];

/**
 * Tests that a run can be killed at any point: before every call, after every changing call and before every record of the
 * journal. The ways to resume it take turns: a run killed at any one point is resumed in one way, at the next in another.
 * @param way how it travels, in words
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
      // What a user does at the very moment at which a run begins cannot be told from what the run does.
      await cloud.cloudClock.advance(2 * LAG_SECONDS);
    }

    async function shareSnapshot(SnapshotId: string, accounts: readonly string[]): Promise<void> {
      const { ec2 } = admins.of("111111111111", "eu-west-1");
      const CreateVolumePermission = { Add: users(accounts) };
      await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission }));
      shares[SnapshotId] = accounts;
    }

    /**
     * Kills a run at a point; what it has done and written down stays.
     * @returns undefined where the run has ended before: how often it waits for what lags differs by a call or two
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

    /** A run that goes on; says what has failed in it. */
    async function resumed(options: ScriptOptions): Promise<readonly string[]> {
      const failures: string[] = [];
      const { state } = await runScript(cloud, topology, {
        goesOn: true,
        ...options,
        listener: (event) => {
          if (event.code === "TaskFailed") failures.push(`${event.task}: ${event.explanation.reason}`);
        },
      });
      return state === "done" ? failures : [...failures, state];
    }

    /** Each answers what has gone wrong. */
    const RESUMED: readonly [
      how: string,
      resume: (journal: readonly JournalRecord[]) => Promise<readonly string[]>,
    ][] = [
      ["with its journal", (past) => resumed({ past, pid: 2 })],
      ["without a journal", () => resumed({ pid: 2 })],
      [
        "by two runs at once",
        async () => {
          const isAlive = (pid: number) => pid !== 1;
          const ended = await Promise.allSettled([
            resumed({ pid: 2, isAlive, followsPlan: false }),
            resumed({ pid: 3, isAlive, followsPlan: false }),
          ]);
          const refused = ended.flatMap((end) =>
            end.status === "rejected" ? [end.reason.code as string] : [],
          );
          // Who comes second is refused; where both have written the lease, one of them finds that it has lost it.
          const wrong = refused.filter((code) => code !== "LeaseHeld" && code !== "LeaseLost");
          const carried = ended.flatMap((end) => (end.status === "fulfilled" ? end.value : []));
          return [...wrong, ...carried, ...(refused.length === 2 ? ["neither of two runs went on"] : [])];
        },
      ],
    ];

    test.each(RESUMED.map(([how, resume], turn) => [how, resume, turn] as const))(
      "and resumed %s ends with every copy once and nothing left",
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
