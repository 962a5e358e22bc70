import { resolveTopology } from "../../topology";
import type { Manifest } from "../../scripts/engine/results";
import type { FaultRule } from "../../packages/emulator/faults/rules";
import {
  Administrators,
  deployFoundation,
  makeImage,
  runScript,
  startVirtualCloud,
  wrongIn,
  type VirtualCloud,
} from "../_helpers/virtual";

const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];
const ACCOUNTS = ["dest-0", "dest-1", "dest-2", "dest-3"];
const IMAGES = 40;

/** 40 images for four accounts and three Regions. */
const topology = resolveTopology({
  name: "storm",
  accounts: {
    builder: { id: "111111111111" },
    ...Object.fromEntries(ACCOUNTS.map((name, index) => [name, { id: `22222222222${index}` }])),
  },
  images: Object.fromEntries(
    Array.from({ length: IMAGES }, (_, index) => [
      `image-${index}`,
      {
        from: { account: "builder", region: "eu-west-1", newest: { name: `image-${index}-*` } },
        to: ACCOUNTS.map((account) => ({ account, regions: REGIONS })),
      },
    ]),
  ),
});

/** Any call may be throttled, or lose its connection before or after it is served; a destination's key fails some copies. */
const WEATHER: readonly FaultRule[] = [
  { share: 0.3, effect: { kind: "throttle" } },
  { share: 0.03, effect: { kind: "reset", when: "before" } },
  { share: 0.02, effect: { kind: "reset", when: "after" } },
];
const BAD_KEY: FaultRule = {
  account: "222222222221",
  share: 0.08,
  effect: { kind: "deny", action: "kms:GenerateDataKeyWithoutPlaintext" },
};

jest.setTimeout(600_000);

let cloud: VirtualCloud;
const sources: Record<string, string> = {};

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id);
  const admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  for (const [index, rule] of topology.rules.entries()) {
    sources[rule.name] = await makeImage(cloud, admins, rule.from, `image-${index}-1`, [{ sizeGiB: 8 }]);
  }
});
afterAll(() => cloud.stop());

const jobsOf = (manifest: Manifest, state: string) =>
  manifest.images.flatMap(({ jobs }) => jobs).filter((job) => job.state === state);

test("with random faults in 480 copies, exactly the failed ones are reported, and a second run completes them", async () => {
  cloud.setFaults([...WEATHER, BAD_KEY]);
  const dead = new Set<string>();
  const first = await runScript(cloud, topology, {
    pid: 1,
    listener: (event) => {
      if (event.code === "CopyDead") dead.add(event.node);
    },
  });
  const failed = jobsOf(first.manifest, "failed");
  expect(first.state).toBe("failed");
  expect(dead.size).toBeGreaterThan(0);
  expect(failed.map((job) => job.id.replace(/^(\S+) -> (\S+) (\S+)$/, "$1/final/$2/$3")).sort()).toEqual(
    [...dead].sort(),
  );
  expect(failed.every((job) => job.reason?.includes("Given key ID is not accessible"))).toBe(true);
  expect(jobsOf(first.manifest, "done")).toHaveLength(480 - failed.length);

  cloud.setFaults(WEATHER);
  const failures: unknown[] = [];
  const second = await runScript(cloud, topology, {
    pid: 2,
    listener: (event) => {
      if (event.code === "TaskFailed") failures.push(event);
    },
  });
  expect({ state: second.state, failures }).toEqual({ state: "done", failures: [] });
  cloud.setFaults([]);
  expect(await wrongIn(cloud, topology, sources)).toEqual([]);
  expect(cloud.defects).toEqual([]);
});
