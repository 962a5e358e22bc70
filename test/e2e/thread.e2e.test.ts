import { readFileSync } from "node:fs";
import path from "node:path";
import { DeregisterImageCommand } from "@aws-sdk/client-ec2";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { furnish } from "../../demo/furnish";
import type { TopologyInput } from "../../topology";
import {
  buildImage,
  copiesOf,
  keyArn,
  keysOf,
  launchedVolumeKeys,
  ownImages,
  sharedWith,
  withoutKeyStatements,
  withoutRoleStatements,
} from "./lib/cloud-state";
import { eventually, rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";
import { ACME } from "../_helpers/topologies";

/** The whole file uses one deployed foundation; most tests build their own image. */
const TOPOLOGY: TopologyInput = { ...ACME, name: "thread" };
const HOME = "alias/keyferry/thread/home";
const TRANSIT = "alias/keyferry/thread/transit";

let cloud: Rehearsal;
const builder = () => cloud.admin("111111111111", "eu-west-1");
const prod = () => cloud.admin("222222222222", "eu-central-1");
const staging = () => cloud.admin("333333333333", "eu-west-1");

jest.setTimeout(600_000);

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await cloud.deploy("foundation-*");
});

afterAll(() => cloud.stop());

/** Asserts that each destination has exactly one copy, available and under the home key, and that no share or transit copy is left. */
async function expectCarried(sourceImageId: string): Promise<void> {
  for (const admin of [prod(), staging()]) {
    const copies = await copiesOf(admin, sourceImageId);
    expect(copies.map((copy) => copy.State)).toEqual(["available"]);
    expect(await keysOf(admin, copies[0])).toEqual(Array(3).fill(await keyArn(admin, HOME)));
  }
  expect(await copiesOf(builder(), sourceImageId)).toEqual([]);
  for (const image of await ownImages(builder())) expect(await sharedWith(builder(), image)).toEqual([]);
}

async function published(account: string, region: string): Promise<string | undefined> {
  const ssm = new SSMClient({
    endpoint: cloud.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
  });
  return (await ssm.send(new GetParameterCommand({ Name: "/images/web" }))).Parameter?.Value;
}

async function newestSource(): Promise<string> {
  const images = [...(await ownImages(builder()))].sort((a, b) =>
    (b.CreationDate ?? "").localeCompare(a.CreationDate ?? ""),
  );
  return images[0]?.ImageId ?? "";
}

test("the plan of every foundation stack is empty directly after deploy", async () => {
  const results = await planStacks(
    path.join(cloud.directory, "workspace/cdktf.out"),
    /^foundation-/,
    cloud.env,
  );
  expect(results.length).toBe(6);
  for (const { stack, code, output } of results)
    expect({ stack, code, output: code === 0 ? "" : output }).toEqual({ stack, code: 0, output: "" });
});

describe("a run", () => {
  test("carries the image to both destinations, under their own keys, and leaves nothing shared", async () => {
    const source = await newestSource();
    const { code, stderr } = await cloud.keyferry("run");
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    await expectCarried(source);
    const [copy] = await copiesOf(prod(), source);
    expect(copy?.Name).toBe((await ownImages(builder())).find((image) => image.ImageId === source)?.Name);
    expect(copy?.Tags).toContainEqual({ Key: "team", Value: "platform" });
    expect(await published("222222222222", "eu-central-1")).toBe(copy?.ImageId);
    const manifest = JSON.parse(
      readFileSync(path.join(cloud.directory, "workspace/manifest.json"), "utf8"),
    ) as unknown;
    expect(JSON.stringify(manifest)).toContain(copy?.ImageId);
  });

  test("changes nothing when it is repeated", async () => {
    const before = [await ownImages(prod()), await ownImages(staging())];
    expect((await cloud.keyferry("run")).code).toBe(0);
    expect([await ownImages(prod()), await ownImages(staging())]).toEqual(before);
  });
});

describe("a missing half", () => {
  test("of the source account fails the copies, and the error says what that account must add", async () => {
    const source = await buildImage(builder(), "web-key-half");
    await withoutKeyStatements(
      builder(),
      await keyArn(builder(), TRANSIT),
      ["CopiersGrantToEbs"],
      async () => {
        const { code, stderr } = await cloud.keyferry("run");
        expect(code).toBe(1);
        expect(stderr).toContain("Given key ID is not accessible");
        expect(stderr).toMatch(/account 111111111111 must add.*kms:CreateGrant/);
        expect(stderr).not.toContain("    at ");
        for (const admin of [prod(), staging()]) {
          for (const copy of await copiesOf(admin, source)) expect(copy.State).toBe("failed");
        }
        for (const image of await ownImages(builder()))
          expect(await sharedWith(builder(), image)).toEqual([]);
      },
    );
    expect((await cloud.keyferry("run")).code).toBe(0);
    await expectCarried(source);
  });

  test("of a destination's role fails only that destination's copy, and the error says what that account must add", async () => {
    const source = await buildImage(builder(), "web-role-half");
    await withoutRoleStatements(prod(), "keyferry-thread-runner", ["GrantToEbs"], async () => {
      const { code, stderr } = await cloud.keyferry("run");
      expect(code).toBe(1);
      expect(stderr).toContain("Given key ID is not accessible");
      expect(stderr).toMatch(/account 222222222222 must add.*kms:CreateGrant/);
      expect((await copiesOf(staging(), source)).map((copy) => copy.State)).toEqual(["available"]);
    });
    expect((await cloud.keyferry("run")).code).toBe(0);
    await expectCarried(source);
  });
});

describe("a run that is interrupted", () => {
  /** Copies make no progress unless the clock is advanced. */
  beforeEach(() => cloud.clock.setScale(0.001));
  afterEach(() => cloud.clock.setScale(60));

  const HOUR = 3600;
  const pending = (admin: ReturnType<typeof prod>, source: string) => async () =>
    (await copiesOf(admin, source)).find((copy) => copy.State === "pending");

  async function built(name: string): Promise<string> {
    cloud.clock.setScale(60);
    const id = await buildImage(builder(), name);
    cloud.clock.setScale(0.001);
    return id;
  }

  test("by kill -9 during the transit copy continues from its journal", async () => {
    const source = await built("web-kill-transit");
    const run = cloud.startKeyferry(["run"]);
    await eventually("the transit copy", pending(builder(), source));
    run.child.kill("SIGKILL");
    await run.finished;
    cloud.clock.setScale(60);
    expect((await cloud.keyferry("run")).code).toBe(0);
    await expectCarried(source);
  });

  test("by kill -9 during the final copies continues from another directory, with the pinned image", async () => {
    const source = await built("web-kill-final");
    const run = cloud.startKeyferry(["run"]);
    await eventually("the transit copy", pending(builder(), source));
    await cloud.clock.advance(HOUR);
    await eventually("a final copy", pending(prod(), source));
    run.child.kill("SIGKILL");
    await run.finished;
    const newer = await built("web-newer");
    cloud.clock.setScale(60);
    const elsewhere = { KEYFERRY_REHEARSAL_DIR: path.join(cloud.directory, "elsewhere") };
    expect((await cloud.startKeyferry(["run"], elsewhere).finished).code).toBe(0);
    await expectCarried(source);
    expect(await copiesOf(prod(), newer)).toEqual([]);
    expect((await cloud.keyferry("run")).code).toBe(0);
    await expectCarried(newer);
  });

  test("by Ctrl-C exits with 130 and is completed by the same command", async () => {
    const source = await built("web-interrupted");
    const run = cloud.startKeyferry(["run"]);
    await eventually("the transit copy", pending(builder(), source));
    run.child.kill("SIGINT");
    expect((await run.finished).code).toBe(130);
    cloud.clock.setScale(60);
    expect((await cloud.keyferry("run")).code).toBe(0);
    await expectCarried(source);
  });
});

describe("the consumers", () => {
  test("launch the published copy under the destination's key, and their plan is empty directly after deploy", async () => {
    await cloud.deploy("consumers-*");
    expect(await launchedVolumeKeys(prod())).toEqual(Array(3).fill(await keyArn(prod(), HOME)));
    const [result] = await planStacks(
      path.join(cloud.directory, "workspace/cdktf.out"),
      /^consumers-/,
      cloud.env,
    );
    expect({ code: result?.code, output: result?.code === 0 ? "" : result?.output }).toEqual({
      code: 0,
      output: "",
    });
  });
});

describe("verify", () => {
  test("passes if every copy is correct", async () => {
    expect((await cloud.keyferry("verify")).code).toBe(0);
  });

  test("fails if a copy was deleted, and names it", async () => {
    const [copy] = await copiesOf(staging(), await newestSource());
    await staging().ec2.send(new DeregisterImageCommand({ ImageId: copy?.ImageId }));
    const { code, stdout } = await cloud.keyferry("verify");
    expect(code).toBe(1);
    expect(stdout).toMatch(/web -> staging eu-west-1\s+(?!proved)/);
    expect(stdout).toMatch(/web -> prod eu-central-1\s+proved/);
  });
});
