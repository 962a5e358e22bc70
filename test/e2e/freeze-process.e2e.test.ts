import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { startRehearsal } from "../../sandbox";
import { concurrently } from "../../scripts/engine/concurrently";
import { REHEARSAL_SETTINGS } from "../../scripts/engine/settings";
import { resolveTopology, type Topology, type TopologyInput } from "../../topology";
import { Administrators, deployFoundation, makeImage } from "../_helpers/virtual";
import { ownImages, sharedWith } from "./lib/cloud-state";
import { ROOT, start, type Finished } from "./lib/rehearsal";

/** Real processes that are stopped (SIGSTOP) while their leases expire, on a cloud that runs in real time. */

jest.setTimeout(900_000);

/** The journal record after which a run is stopped: before, during and after it shares, and before it publishes. */
const STOPPED_AT = ["SourcePinned", "ShareRecorded", "CopyStarted", "CopyVerified"] as const;

interface Frozen {
  readonly name: string;
  readonly topology: Topology;
  readonly after: string;
  run(): ReturnType<typeof start>;
  journal(): string;
}

let cloud: Awaited<ReturnType<typeof startRehearsal>>;
let directory: string;
let admins: Administrators;
const all: Frozen[] = [];
const stopped: ReturnType<typeof start>[] = [];

function inputOf(name: string): TopologyInput {
  return {
    name,
    accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: `${name}-*` } },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
        publishTo: `/images/${name}`,
      },
    },
  };
}

beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 60 });
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-freeze-"));
  admins = new Administrators(cloud.url);
  for (const [index, after] of STOPPED_AT.entries()) {
    const name = `frozen-${index}`;
    const input = inputOf(name);
    const topology = resolveTopology(input);
    const config = path.join(directory, `${name}.config.ts`);
    writeFileSync(config, `export default ${JSON.stringify(input)};\n`);
    await deployFoundation(admins, topology);
    await carryFrom(topology, `${name}-1`);
    const workspace = path.join(directory, name);
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: cloud.url,
      AWS_ACCESS_KEY_ID: topology.operator.id,
      AWS_SECRET_ACCESS_KEY: "rehearsal",
      KEYFERRY_CONFIG: config,
      KEYFERRY_REHEARSAL_DIR: workspace,
    };
    const file = path.join(workspace, "journal", `${name}.jsonl`);
    all.push({
      name,
      topology,
      after,
      run: () => start([path.join(ROOT, "bin/keyferry.js"), "run"], env, directory),
      journal: () => (existsSync(file) ? readFileSync(file, "utf8") : ""),
    });
  }
});
afterAll(async () => {
  for (const { child } of stopped) child.kill("SIGKILL");
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function carryFrom(topology: Topology, name: string): Promise<void> {
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  await makeImage({ cloudClock: cloud.clock }, admins, rule.from, name, [{ sizeGiB: 8 }]);
}

/** Starts a run and stops its process as soon as its journal has a certain record. */
async function frozen({ run, journal, after }: Frozen) {
  const running = run();
  while (!journal().includes(`"code":"${after}"`)) {
    if (running.child.exitCode !== null) throw new Error(`the run ended before ${after}`);
    await pause(2);
  }
  running.child.kill("SIGSTOP");
  return running;
}

/** Images, shares, tags and parameters of a topology, as AWS returns them. */
async function picture({ name }: Frozen): Promise<unknown> {
  const places = [
    ["111111111111", "eu-west-1"],
    ["222222222222", "eu-central-1"],
  ] as const;
  return concurrently(places, async ([account, region]) => {
    const admin = admins.of(account, region);
    const ssm = new SSMClient({
      region,
      endpoint: cloud.url,
      credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
    });
    const images = (await ownImages(admin)).filter(({ Name = "" }) => Name.includes(name));
    const ids = images.flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    );
    const { Snapshots = [] } = await admin.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids }));
    const books = await ssm.send(
      new GetParametersByPathCommand({ Path: `/keyferry/${name}`, Recursive: true }),
    );
    const published = await ssm.send(new GetParametersByPathCommand({ Path: "/images" }));
    return {
      images: await concurrently(images, async (image) => [
        image.ImageId,
        image.State,
        image.Tags,
        await sharedWith(admin, image),
      ]),
      snapshots: Snapshots.map(({ SnapshotId, Tags }) => [SnapshotId, Tags]),
      books: (books.Parameters ?? []).map(({ Name, Value }) => [Name, Value]),
      published: (published.Parameters ?? [])
        .filter(({ Name }) => Name === `/images/${name}`)
        .map(({ Value }) => Value),
    };
  });
}

test("runs that were stopped while others finished their work and more change nothing when they continue", async () => {
  stopped.push(...(await concurrently(all, frozen)));
  await pause(REHEARSAL_SETTINGS.leaseSeconds * 1000);
  for (const each of all) {
    expect(await ended(each.run().finished)).toBe(0);
    await carryFrom(each.topology, `${each.name}-2`);
    expect(await ended(each.run().finished)).toBe(0);
  }
  const left = await concurrently(all, picture);
  for (const { child } of stopped) child.kill("SIGCONT");
  const ends = await concurrently(stopped, ({ finished }) => finished);
  for (const { stderr } of ends) expect(stderr).toContain("another run has taken over the lease");
  await pause(10_000);
  expect(await concurrently(all, picture)).toEqual(left);
});

async function ended(finished: Promise<Finished>): Promise<number | null> {
  return (await finished).code;
}
