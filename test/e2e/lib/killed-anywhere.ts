import { ModifyImageAttributeCommand, ModifySnapshotAttributeCommand } from "@aws-sdk/client-ec2";
import type { JournalRecord } from "../../../scripts/engine/journal";
import type { Ec2State } from "../../../sandbox/services/ec2/state";
import { resolveTopology, type TopologyInput } from "../../../topology";
import {
  Administrators,
  Bomb,
  deployFoundation,
  makeImage,
  runScript,
  startVirtualCloud,
  wrongIn,
  type Disk,
  type ScriptOptions,
  type VirtualCloud,
} from "../../_helpers/virtual";

/** Two destinations, one of them in another Region; what the cloud describes and obeys lags as AWS's does. */
const TOPOLOGY: TopologyInput = {
  name: "crash",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app-data"] },
      to: [
        { account: "prod", regions: ["eu-central-1"] },
        { account: "staging", regions: ["eu-west-1"] },
      ],
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
  },
};
const LAG_SECONDS = 5;

const topology = resolveTopology(TOPOLOGY);

/** The user shares the source image with a destination and with a stranger; neither share is ours to withdraw. */
const THEIR_ACCOUNTS = ["222222222222", "999999999999"];
const STRANGER = ["999999999999"];

/**
 * Tests that a run may be killed at any point: before every call, after every changing call and before every record of the
 * journal. From each of them it is resumed in three ways.
 * @param way how the image travels, in words
 * @param disks of the source image, which decide the way
 */
export function describeKilledAnywhere(way: string, disks: readonly Disk[]): void {
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
      const imageId = await makeImage(
        cloud,
        admins,
        rule.from,
        `web-${disks[0]?.keyAlias ?? "plain"}`,
        disks,
      );
      sources = { web: imageId };
      await share(imageId);
      prepared = await cloud.dump();
      const bomb = new Bomb();
      await runScript(cloud, topology, { aws: bomb.around(cloud.access(topology)), append: bomb.append([]) });
      points = bomb.points;
      expect(await wrongIn(cloud, topology, sources, shares)).toEqual([]);
    });

    afterAll(() => cloud.stop());

    async function share(imageId: string): Promise<void> {
      const { ec2 } = admins.of("111111111111", "eu-west-1");
      const users = (accounts: readonly string[]) => accounts.map((UserId) => ({ UserId }));
      const Add = users(THEIR_ACCOUNTS);
      await ec2.send(new ModifyImageAttributeCommand({ ImageId: imageId, LaunchPermission: { Add } }));
      shares[imageId] = THEIR_ACCOUNTS;
      const { images } = cloud.composition.stores["ec2"] as Ec2State;
      for (const { ebs } of images[imageId]?.devices ?? []) {
        await ec2.send(
          new ModifySnapshotAttributeCommand({
            SnapshotId: ebs?.snapshotId,
            CreateVolumePermission: { Add: users(STRANGER) },
          }),
        );
        shares[ebs?.snapshotId ?? ""] = STRANGER;
      }
      // What a user does at the very moment at which a run begins cannot be told from what the run does.
      await cloud.cloudClock.advance(2 * LAG_SECONDS);
    }

    /** Kills a run at a point; what it has done and written down stays. */
    async function killed(at: number): Promise<readonly JournalRecord[]> {
      await cloud.load(prepared);
      const bomb = new Bomb(at);
      const journal: JournalRecord[] = [];
      const aws = bomb.around(cloud.access(topology));
      await runScript(cloud, topology, { aws, append: bomb.append(journal), pid: 1 }).catch(() => undefined);
      expect(bomb.hasGoneOff).toBe(true);
      return journal;
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

    test.each(RESUMED)("and resumed %s ends with every copy once and nothing left", async (_how, resume) => {
      expect(points.length).toBeGreaterThan(50);
      const wrong: string[] = [];
      for (const [index, point] of points.entries()) {
        const journal = await killed(index + 1);
        const whatFailed = await resume(journal);
        for (const what of [...whatFailed, ...(await wrongIn(cloud, topology, sources, shares))]) {
          wrong.push(`killed at ${index + 1} (${point}): ${what}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(cloud.defects).toEqual([]);
    });
  });
}
