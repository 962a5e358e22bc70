import { DescribeImagesCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { DescribeKeyCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import type { Administrator } from "../../../demo/clients";
import { createDeployRoles } from "../../../demo/furnish";
import { Administrators, deployFoundation, makeImage } from "../../_helpers/virtual";
import { ACME } from "../../_helpers/topologies";
import { connect } from "../../../scripts/aws/clients";
import { runCli } from "../../../scripts/cli/run-cli";
import { systemHost } from "../../../scripts/cli/system-host";
import type { TopologyInput } from "../../../topology";
import { copiesOf, ownImages, sharedWith } from "./cloud-state";
import { rehearse, type Rehearsal } from "./rehearsal";

const TOPOLOGY: TopologyInput = { ...ACME, name: "refused" };

/** The alias of the destinations' own keys. */
export const HOME = "alias/keyferry/refused/home";

/** The exit code and the output of a command. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A finding of doctor. */
export interface Found {
  readonly check: string;
  readonly subject: string;
  readonly state: string;
  readonly what: string;
  readonly fix?: string;
  readonly account?: string;
}

/** One prepared cloud that is restored before every test of a file; the tests cause errors through AWS calls. */
export function useRefusingCloud() {
  let cloud: Rehearsal;
  let admins: Administrators;
  let prepared: Buffer;
  let source: string;

  const builder = () => admins.of("111111111111", "eu-west-1");
  const prod = () => admins.of("222222222222", "eu-central-1");
  const staging = () => admins.of("333333333333", "eu-west-1");

  beforeAll(async () => {
    cloud = await rehearse(TOPOLOGY, 600);
    admins = new Administrators(cloud.url);
    await createDeployRoles(cloud.url, cloud.topology);
    await deployFoundation(admins, cloud.topology);
    const from = cloud.topology.rules[0]?.from;
    if (from === undefined) throw new TypeError("no rule");
    const disks = [{ sizeGiB: 8, keyAlias: "alias/app-data" }];
    source = await makeImage({ cloudClock: cloud.clock }, admins, from, "web-1", disks);
    prepared = await cloud.dump();
    for (const [name, value] of Object.entries(cloud.env))
      if (name.startsWith("AWS_")) process.env[name] = value;
  });

  beforeEach(() => cloud.load(prepared));
  afterAll(() => cloud.stop());

  /** Images, snapshots with their shares, and keys of the three accounts, which a refused command must not change. */
  async function world(): Promise<unknown> {
    const seen: unknown[] = [];
    for (const admin of [builder(), prod(), staging()]) {
      const images = await ownImages(admin);
      const { Snapshots = [] } = await admin.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
      const { Keys = [] } = await admin.kms.send(new ListKeysCommand({}));
      for (const { ImageId, State, Tags } of images) seen.push({ ImageId, State, Tags });
      for (const image of images) seen.push(await sharedWith(admin, image));
      for (const { SnapshotId, State, Tags } of Snapshots) seen.push({ SnapshotId, State, Tags });
      for (const { KeyId } of Keys) {
        seen.push((await admin.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState);
      }
    }
    return seen;
  }

  /** Runs a command in this process, which is faster; tests that act while it runs start a real process. */
  async function keyferry(...argv: string[]): Promise<Said> {
    const said = { stdout: "", stderr: "" };
    const code = await runCli(argv, {
      ...systemHost,
      env: cloud.env,
      cwd: cloud.directory,
      load: () => ({ default: TOPOLOGY }),
      connect,
      out: (text) => void (said.stdout += `${text}\n`),
      err: (text) => void (said.stderr += `${text}\n`),
    });
    return { code, ...said };
  }

  /** Runs a command that must be refused before any change. */
  async function refused(...argv: string[]): Promise<Said> {
    const before = await world();
    const finished = await keyferry(...argv);
    expect({ code: finished.code, out: finished.stderr }).toEqual({ code: 3, out: expect.anything() });
    expect(finished.stderr).not.toMatch(/^\s+at /m);
    expect(await world()).toEqual(before);
    return finished;
  }

  /** Runs, and expects that one destination fails, that the other one has its copy, and that no share is left. */
  async function failsInProd(): Promise<Said> {
    const finished = await keyferry("run");
    expect({ code: finished.code, out: finished.stderr }).toEqual({ code: 1, out: expect.anything() });
    expect(finished.stderr).not.toMatch(/^\s+at /m);
    expect((await copiesOf(staging(), source)).map(({ State }) => State)).toEqual(["available"]);
    await expectNothingShared();
    return finished;
  }

  async function expectNothingShared(): Promise<void> {
    for (const image of await ownImages(builder())) expect(await sharedWith(builder(), image)).toEqual([]);
  }

  /** The failures that doctor reports; it must change nothing. */
  async function diagnosis(): Promise<readonly Found[]> {
    const { stdout } = await refused("doctor", "--json");
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly Found[] };
    return findings.filter(({ state }) => state === "failed");
  }

  /** The explanation that `keyferry explain` prints for an AWS error, which it must know. */
  async function explained(words: string | undefined): Promise<string> {
    const { code, stdout } = await keyferry("explain", words ?? "");
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`${words}\ncause: `) });
    return stdout;
  }

  return {
    get cloud() {
      return cloud;
    },
    get admins() {
      return admins;
    },
    /** The source image: one volume under the account's own key. */
    get source() {
      return source;
    },
    ...{
      builder,
      prod,
      staging,
      world,
      keyferry,
      refused,
      failsInProd,
      expectNothingShared,
      diagnosis,
      explained,
    },
  };
}

/** The error of a call that AWS must refuse. */
export async function answer(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => new TypeError("AWS accepted the call"),
    (refusal: Error) => refusal,
  );
  return `${error.name}: ${error.message}`;
}

/** The snapshot of an image's first volume. */
export async function snapshotOf(admin: Administrator, imageId: string): Promise<string> {
  const { Images = [] } = await admin.ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  return Images[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? "";
}
