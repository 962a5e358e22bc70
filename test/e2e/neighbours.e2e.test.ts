import { readFileSync } from "node:fs";
import path from "node:path";
import {
  CopyImageCommand,
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { openJournal } from "../../scripts/engine/journal";
import type { Plan, Status, Verification } from "../../scripts/engine/results";
import { ruleStatePlaces } from "../../scripts/commands/stale-rule-states";
import { resolveTopology, type Place, type TopologyInput } from "../../topology";
import {
  Administrators,
  Bomb,
  deployFoundation,
  deskOf,
  finalCopies,
  holdingsOf,
  makeImage,
  Owned,
  runScript,
  startVirtualCloud,
  type Answered,
  type Desk,
  type VirtualCloud,
} from "../_helpers/virtual";

/** Two Keyferry topologies and several teams share accounts for five weeks. */

const ACCOUNTS = {
  builder: { id: "111111111111" },
  prod: { id: "222222222222" },
  staging: { id: "333333333333" },
};
const from = { account: "builder", region: "eu-west-1" } as const;

/** Our topology: two copies are kept in each place. */
const OURS: TopologyInput = {
  name: "acme",
  accounts: ACCOUNTS,
  images: {
    web: {
      from: { ...from, newest: { name: "web-*" }, keys: ["alias/app-data"] },
      to: [
        { account: "prod", regions: ["eu-central-1"], keep: 2 },
        { account: "staging", regions: ["eu-west-1"], keep: 2 },
      ],
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
  },
};

/** Another team's topology, whose name begins like ours: another image to our places, and our source images to another Region. */
const THEIRS: TopologyInput = {
  name: "acme-2",
  accounts: ACCOUNTS,
  images: {
    api: {
      from: { ...from, newest: { name: "api-*" }, keys: ["alias/api-data"] },
      to: [{ account: "prod", regions: ["eu-central-1"], keep: 1 }],
      publishTo: "/images/api",
    },
    site: {
      from: { ...from, newest: { name: "web-*" } },
      to: [{ account: "prod", regions: ["eu-north-1"] }],
      publishTo: "/images/web",
    },
  },
};

const WEEKS = 5;
const DAY = 24 * 3600;
const TEAM_KEY = "alias/team";
const DISKS = [{ sizeGiB: 8, keyAlias: "alias/aws/ebs" }, { sizeGiB: 4 }];

jest.setTimeout(600_000);

const ours = resolveTopology(OURS);
const theirs = resolveTopology(THEIRS);

let cloud: VirtualCloud;
let admins: Administrators;
let neighbours: Owned;
/** What belongs to the teams that build the source images. */
let builders: Owned;
let desk: Desk;
/** ID of the image that both topologies carry. */
let web: string;

const prod = () => admins.of("222222222222", "eu-central-1");
const builder = () => admins.of("111111111111", "eu-west-1");
const placeOf = (name: string, region: string): Place => {
  const account = ours.accounts.find((each) => each.name === name);
  if (account === undefined) throw new TypeError(`no account ${name}`);
  return { account, region };
};

beforeAll(async () => {
  cloud = await startVirtualCloud(ours.operator.id);
  admins = new Administrators(cloud.url);
  const places = [
    ...ruleStatePlaces({ topology: ours, aws: cloud.access(ours) }),
    placeOf("prod", "eu-north-1"),
  ];
  const look = () => holdingsOf(cloud, places);
  neighbours = new Owned(look);
  builders = new Owned(look);
  await deployFoundation(admins, ours);
  await neighbours.by(() => deployFoundation(admins, theirs));
  desk = deskOf(cloud, OURS);
});
afterAll(async () => {
  desk.remove();
  await cloud.stop();
});

async function build(name: string): Promise<string> {
  const { from: place } = ours.rules[0] ?? {};
  if (place === undefined) throw new TypeError("no rule");
  return builders.by(() => makeImage(cloud, admins, place, name, DISKS));
}

/** Lets the other topology carry an image of each rule, and kills its next run after it started a copy. */
async function otherTopology(): Promise<void> {
  await build("api-1");
  await build("web-0");
  await neighbours.by(async () => expect((await runScript(cloud, theirs)).state).toBe("done"));
  web = await build("web-1");
  const prepared = await cloud.dump();
  const whole = new Bomb();
  await runScript(cloud, theirs, { aws: whole.around(cloud.access(theirs)), append: whole.append([]) });
  const at = whole.points.lastIndexOf("CopyStarted: not written down");
  expect(at).toBeGreaterThan(0);
  await cloud.load(prepared);
  const bomb = new Bomb(at);
  await neighbours.by(async () => {
    const killed = runScript(cloud, theirs, {
      aws: bomb.around(cloud.access(theirs)),
      append: bomb.append([]),
    });
    await killed.catch(() => undefined);
  });
  expect(bomb.hasGoneOff).toBe(true);
}

/** Creates a launch template like that of the other topology, and one of a team that launches our published image. */
async function templates(): Promise<void> {
  for (const [LaunchTemplateName, parameter] of [
    ["keyferry-acme-2-api", "/images/api"],
    ["theirs-of-ours", "/images/web"],
  ])
    await template(LaunchTemplateName, `resolve:ssm:${parameter}`);
}

function template(LaunchTemplateName: string | undefined, ImageId: string): Promise<unknown> {
  const LaunchTemplateData = { ImageId, InstanceType: "t3.micro" as const };
  return prod().ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
}

/** Creates other teams' images with names like ours (one shared with our account), a key, and parameters next to ours. */
async function teams(): Promise<void> {
  const { KeyMetadata } = await prod().kms.send(new CreateKeyCommand({}));
  await prod().kms.send(new CreateAliasCommand({ AliasName: TEAM_KEY, TargetKeyId: KeyMetadata?.KeyId }));
  const named = (account: string, region: string, name: string) =>
    makeImage(cloud, admins, placeOf(account, region), name, [{ sizeGiB: 1 }]);
  await named("prod", "eu-central-1", "web-0");
  await shareImage(builder().ec2, await named("builder", "eu-west-1", "batch-1"), "222222222222");
  await named("staging", "eu-west-1", `web-1 (keyferry transit of web ${web})`);
  await named("prod", "eu-north-1", "web-2");
  const ssm = new SSMClient({
    endpoint: cloud.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "222222222222", secretAccessKey: "rehearsal" },
  });
  for (const Name of ["/images/web/notes", "/keyferry/notes", "/keyferry/acme/web/notes"])
    await ssm.send(new PutParameterCommand({ Name, Type: "String", Value: "theirs" }));
  await ssm.send(new PutParameterCommand({ Name: "/images/secret", Type: "SecureString", Value: "theirs" }));
  ssm.destroy();
}

/** A team copies our final copy with its tags, shares the result with another account and names it in a launch template. */
async function copyDelivered(week: number): Promise<void> {
  const delivered = finalCopies(cloud, "web", placeOf("prod", "eu-central-1"))
    .filter(({ sourceImageId, name }) => sourceImageId !== undefined && name === `web-${week}`)
    .map(({ imageId }) => imageId);
  expect(delivered).toHaveLength(1);
  const { ImageId = "" } = await prod().ec2.send(
    new CopyImageCommand({
      Name: `theirs-${week}`,
      SourceImageId: delivered[0],
      SourceRegion: "eu-central-1",
      CopyImageTags: true,
      Encrypted: true,
      KmsKeyId: TEAM_KEY,
    }),
  );
  await cloud.cloudClock.advance(DAY);
  await shareImage(prod().ec2, ImageId, "333333333333");
  await template(`theirs-${week}`, ImageId);
  const { Images = [] } = await prod().ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
  expect(Images[0]?.Tags).toContainEqual({ Key: "keyferry:topology", Value: "acme" });
}

function shareImage(ec2: EC2Client, ImageId: string, UserId: string): Promise<unknown> {
  return ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId }] } }));
}

/** The neighbours must have at least one resource of each of these kinds, so that the test proves something. */
const KINDS = [
  /^ami-/,
  /^snap-/,
  /^lt-/,
  /:key\//,
  /:alias\/keyferry\/acme-2\/transit$/,
  / \/keyferry\/acme-2\/lease$/,
  / \/keyferry\/acme-2\/site\/intent$/,
  /eu-central-1 \/images\/api$/,
  /eu-north-1 \/images\/web$/,
];

const theirDump = async () => ({ ...(await neighbours.dump()), ...(await builders.dump()) });

async function json<T>(...argv: string[]): Promise<T> {
  const { code, out, err }: Answered = await desk.give(...argv, "--json");
  expect({ argv, code, err: code === 0 ? "" : err }).toEqual({ argv, code: 0, err: "" });
  return JSON.parse(out) as T;
}

async function runOurs(): Promise<void> {
  const journal = openJournal(desk.journal);
  const { state } = await runScript(cloud, ours, {
    past: journal.past,
    append: (record) => journal.append(record),
  });
  journal.close();
  expect(state).toBe("done");
}

/** Asserts that read-only commands find all of our copies and nothing of the neighbours. */
async function expectTrueWords(week: number): Promise<void> {
  const { counts, refusals } = await json<Plan>("plan");
  const kept = Math.min(week, 2);
  expect({ counts, refusals }).toMatchObject({
    counts: { copy: 0, stand: 2, differ: 0, remove: 0 },
    refusals: [],
  });
  const { outside, rules } = await json<Status>("status");
  expect(outside).toMatchObject({ items: [], keys: [], unseen: [] });
  expect(rules).toEqual([{ rule: "web" }]);
  expect(await json<Verification>("verify")).toMatchObject({ ok: true, leftovers: [], unexplained: [] });
  for (const { to } of ours.rules) {
    for (const place of to) {
      const mine = finalCopies(cloud, "web", place).filter(({ imageId }) => !neighbours.has(imageId));
      const names = Array.from({ length: kept }, (_, index) => `web-${week - index}`);
      expect(mine.map(({ name }) => name).sort()).toEqual(names.sort());
    }
  }
}

async function expectTrueReport(): Promise<void> {
  expect((await desk.give("report")).code).toBe(0);
  const page = readFileSync(path.join(desk.results, "report.html"), "utf8");
  expect(neighbours.all.filter((id) => page.includes(id))).toEqual([]);
  expect(page).toMatch(/copies proved<\/dt>\s*<dd>2 of 2</);
  expect(page).not.toContain("acme-2");
  expect(page).not.toContain("Outside the topology");
}

describe("in accounts shared with other teams and another topology", () => {
  test("five weekly runs and clean do our work, change nothing of the others, and report correctly", async () => {
    await otherTopology();
    await neighbours.by(teams);
    await neighbours.by(templates);
    for (let week = 1; week <= WEEKS; week += 1) {
      if (week > 1) await build(`web-${week}`);
      const before = await theirDump();
      await runOurs();
      await neighbours.by(() => copyDelivered(week));
      const after = await theirDump();
      expect(after).toMatchObject(before);
      const cleaned = await desk.give("clean", "--apply");
      expect(cleaned).toMatchObject({ code: 0, out: expect.stringContaining("nothing was left behind") });
      await expectTrueWords(week);
      expect(await theirDump()).toEqual(after);
      await cloud.cloudClock.advance(7 * DAY);
    }
    await expectTrueReport();
    expect(KINDS.filter((kind) => !neighbours.all.some((id) => kind.test(id)))).toEqual([]);
  });

  test("the killed run of the other topology then continues", async () => {
    expect(await runScript(cloud, theirs, { pid: 2 })).toMatchObject({ state: "done" });
    const north = finalCopies(cloud, "site", placeOf("prod", "eu-north-1"));
    expect(north.map(({ name, state }) => [name, state])).toEqual([
      ["web-0", "available"],
      ["web-1", "available"],
    ]);
    expect(cloud.defects).toEqual([]);
  });
});
