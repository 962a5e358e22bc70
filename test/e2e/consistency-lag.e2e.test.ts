import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { resolveTopology } from "../../topology";
import { ACME } from "../_helpers/topologies";
import { Administrators, deployFoundation, makeImage, type VirtualCloud } from "../_helpers/virtual";
import { keyArn, keysOf, ownImages, sharedWith } from "./lib/cloud-state";
import { eventually, ROOT, start, type Running } from "./lib/rehearsal";

/** Both programs as a user starts them: a rehearsal cloud that is eventually consistent like AWS, and one run on it. */

jest.setTimeout(300_000);

const LAG_SECONDS = 5;
const topology = resolveTopology(ACME);

let sandbox: Running;
let url: string;
let directory: string;
let admins: Administrators;
let source: string;

const builder = () => admins.of("111111111111", "eu-west-1");
const prod = () => admins.of("222222222222", "eu-central-1");
const staging = () => admins.of("333333333333", "eu-west-1");

beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-lag-"));
  writeFileSync(path.join(directory, "keyferry.config.ts"), `export default ${JSON.stringify(ACME)};\n`);
  const options = ["--port", "0", "--time-scale", "60", "--consistency-lag", String(LAG_SECONDS)];
  sandbox = start(["-r", "./bin/typescript.js", "sandbox/main.ts", ...options], process.env, ROOT);
  let said = "";
  sandbox.child.stdout?.on("data", (text: string) => (said += text));
  url = await eventually("the rehearsal cloud", async () => /AWS_ENDPOINT_URL=(http:\S+)/.exec(said)?.[1]);
  admins = new Administrators(url);
  await deployFoundation(admins, topology);
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const cloud = { cloudClock: { advance } } as unknown as VirtualCloud;
  const disks = [
    { sizeGiB: 8, keyAlias: "alias/aws/ebs" },
    { sizeGiB: 8, keyAlias: "alias/app-data" },
  ];
  source = await makeImage(cloud, admins, rule.from, "web-1", disks);
  await advance(2 * LAG_SECONDS);
});

afterAll(async () => {
  sandbox.child.kill("SIGTERM");
  await sandbox.finished;
  rmSync(directory, { recursive: true, force: true });
});

async function advance(seconds: number): Promise<void> {
  const body = JSON.stringify({ seconds });
  const { status } = await fetch(`${url}/_rehearsal/advance`, { method: "POST", body });
  expect(status).toBe(200);
}

function keyferry(...argv: string[]) {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: topology.operator.id,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_REGION: "eu-west-1",
    NO_COLOR: "1",
  };
  return start([path.join(ROOT, "bin/keyferry.js"), ...argv], env, directory).finished;
}

async function parameters(account: string, region: string, Path: string) {
  const credentials = { accessKeyId: account, secretAccessKey: "rehearsal" };
  const ssm = new SSMClient({ region, endpoint: url, credentials });
  const { Parameters = [] } = await ssm.send(new GetParametersByPathCommand({ Path, Recursive: true }));
  ssm.destroy();
  return Object.fromEntries(Parameters.map(({ Name = "", Value }) => [Name, Value]));
}

test("on a cloud whose changes become visible after five seconds, one run completes and leaves nothing", async () => {
  const { code, stdout, stderr } = await keyferry("run");
  expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
  await advance(2 * LAG_SECONDS);
  for (const [admin, account, region] of [
    [prod(), "222222222222", "eu-central-1"],
    [staging(), "333333333333", "eu-west-1"],
  ] as const) {
    const [copy, ...others] = await ownImages(admin);
    expect(others).toEqual([]);
    expect(copy).toMatchObject({ Name: "web-1", State: "available" });
    const home = await keyArn(admin, "alias/keyferry/acme/home");
    expect(await keysOf(admin, copy)).toEqual([home, home]);
    expect(await parameters(account, region, "/images")).toEqual({ "/images/web": copy?.ImageId });
  }
  const left = await ownImages(builder());
  expect(left.map(({ ImageId }) => ImageId)).toEqual([source]);
  for (const image of left) expect(await sharedWith(builder(), image)).toEqual([]);
  expect(await parameters("111111111111", "eu-west-1", "/keyferry")).toEqual({});
});
