import { DeregisterImageCommand } from "@aws-sdk/client-ec2";
import { resolveTopology } from "../../topology";
import {
  Administrators,
  deployFoundation,
  makeImage,
  runScript,
  startVirtualCloud,
  wrongIn,
  type VirtualCloud,
} from "../_helpers/virtual";

/** One image that is shared directly, and one that needs a transit copy; AWS shows every change some seconds later. */
const topology = resolveTopology({
  name: "ending",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
  images: Object.fromEntries(
    ["web", "db"].map((name) => [
      name,
      {
        from: {
          account: "builder",
          region: "eu-west-1",
          newest: { name: `${name}-*` },
          keys: ["alias/app"],
        },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
      },
    ]),
  ),
});
const DISKS = { web: [{ sizeGiB: 8 }], db: [{ sizeGiB: 8, keyAlias: "alias/app" }] };
const LAG_SECONDS = 5;

jest.setTimeout(240_000);

let cloud: VirtualCloud;
let admins: Administrators;
let prepared: Buffer;
const sources: Record<string, string> = {};

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id, { consistencyLag: LAG_SECONDS });
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  for (const { name, from } of topology.rules) {
    sources[name] = await makeImage(cloud, admins, from, `${name}-1`, DISKS[name as keyof typeof DISKS]);
  }
  await cloud.cloudClock.advance(2 * LAG_SECONDS);
  prepared = await cloud.dump();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.load(prepared));
afterEach(() => cloud.setFaults([]));

/** Shares, and share records, that still exist. */
async function shares(): Promise<readonly string[]> {
  return (await wrongIn(cloud, topology, sources)).filter((wrong) => /shared/.test(wrong));
}

async function deregister(imageId: string): Promise<void> {
  const { ec2 } = admins.of("111111111111", "eu-west-1");
  await ec2.send(new DeregisterImageCommand({ ImageId: imageId }));
}

test("if all copies are refused immediately, new shares are withdrawn, in every run", async () => {
  const refuse = { kind: "fail", code: "UnauthorizedOperation", status: 403 } as const;
  cloud.setFaults([{ service: "ec2", operation: "CopyImage", account: "222222222222", effect: refuse }]);
  for (const pid of [1, 2]) {
    expect((await runScript(cloud, topology, { pid })).state).toBe("failed");
    expect(await shares()).toEqual([]);
  }
  cloud.setFaults([]);
  expect((await runScript(cloud, topology, { pid: 3 })).state).toBe("done");
  expect(await wrongIn(cloud, topology, sources)).toEqual([]);
});

test("after a source image is deregistered during a run, its snapshots are no longer shared", async () => {
  let gone: Promise<void> | undefined;
  await runScript(cloud, topology, {
    listener: (event) => {
      if (event.code === "CopyStarted" && event.node.startsWith("web/")) gone ??= deregister(event.origin);
    },
  });
  await gone;
  expect(await shares()).toEqual([]);
});

test("a source image that is no longer pinned is no longer shared, whether it still exists or not", async () => {
  for (const stands of [true, false]) {
    await cloud.load(prepared);
    const stop = new AbortController();
    await runScript(cloud, topology, {
      signal: stop.signal,
      listener: (event) => {
        if (event.code === "CopyStarted" && event.node.startsWith("web/")) stop.abort();
      },
    });
    expect(await shares()).not.toEqual([]);
    for (const { name, from } of topology.rules) {
      if (!stands) await deregister(sources[name] ?? "");
      await makeImage(cloud, admins, from, `${name}-2`, DISKS[name as keyof typeof DISKS]);
    }
    expect((await runScript(cloud, topology, { pid: 2, repin: true })).state).toBe("done");
    expect(await shares()).toEqual([]);
  }
});
