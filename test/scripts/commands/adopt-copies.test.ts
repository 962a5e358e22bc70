import { adoptCopies, type HandMadeCopy } from "../../../scripts/commands/adopt-copies";
import { verify } from "../../../scripts/commands/verify";
import type { Place } from "../../../topology";
import { Bomb } from "../fake-aws/bomb";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const HOME = "alias/keyferry/acme/home";

/** A user in staging copies the source image manually. */
async function copyByHand(
  stage: Stage,
  name = "web-by-hand",
  alias = HOME,
  of = stage.imageId,
): Promise<string> {
  const { cloud, source } = stage;
  const place = staging(stage);
  const images = cloud.access().images(place);
  const admin = cloud.access().images(source);
  const [image] = await admin.describeImages({ "image-id": [of] });
  await admin.changeLaunchPermissions(of, "add", [place.account.id]);
  for (const { snapshotId } of image?.volumes ?? [])
    await admin.changeCreateVolumePermissions(snapshotId, "add", [place.account.id]);
  const id = await images.copyImage({
    name,
    sourceImageId: of,
    sourceRegion: "eu-west-1",
    keyArn: stage.keyArn(place, alias),
    tags: {},
    clientToken: name,
  });
  stage.clock.advance(3600);
  await admin.changeLaunchPermissions(of, "remove", [place.account.id]);
  for (const { snapshotId } of image?.volumes ?? [])
    await admin.changeCreateVolumePermissions(snapshotId, "remove", [place.account.id]);
  return id;
}

const staging = (stage: Stage): Place => stage.place("staging", "eu-west-1");

function adopt(stage: Stage, yes = true, bomb = new Bomb()) {
  const asked: HandMadeCopy[] = [];
  const confirm = (copies: readonly HandMadeCopy[]) => (asked.push(...copies), Promise.resolve(yes));
  const context = { topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock };
  return adoptCopies(context, stage.deployer.access(bomb), confirm).then((adoption) => ({ adoption, asked }));
}

const tagsOf = (stage: Stage, id: string) =>
  stage.cloud.registered(staging(stage)).find(({ view }) => view.id === id)?.view.tags ?? {};

async function copiesBegun(stage: Stage, work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = stage.cloud.calls.length;
  await work();
  return stage.cloud.calls.slice(before).filter((call) => call.startsWith("CopyImage"));
}

test("a manual copy is adopted: the next run completes and publishes it, and copies nothing there", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  const id = await copyByHand(stage);
  const { adoption, asked } = await adopt(stage);
  expect(asked.map(({ imageId, node }) => [imageId, node])).toEqual([[id, "web/final/staging/eu-west-1"]]);
  expect(adoption).toMatchObject({ done: true, unfit: [], refusals: [] });
  expect(Object.keys(tagsOf(stage, id)).every((key) => key.startsWith("keyferry:"))).toBe(true);

  const begun = await copiesBegun(stage, async () => expect((await stage.run()).state).toBe("done"));
  expect(begun).toHaveLength(1);
  expect(stage.cloud.shown(staging(stage), "/images/web")).toBe(id);
  expect(tagsOf(stage, id)).toMatchObject({ team: "platform", "keyferry:topology": "acme" });
  const { jobs } = await verify({ topology: stage.topology, aws: stage.cloud.access() });
  expect(jobs.flatMap(({ wrong }) => wrong)).toEqual([]);
});

test("a run alone adopts nothing: it makes its own copy next to a manual one", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  const id = await copyByHand(stage);
  const begun = await copiesBegun(stage, () => stage.run());
  expect(begun).toHaveLength(2);
  expect(tagsOf(stage, id)).toEqual({});
});

test("without confirmation nothing is changed", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  const id = await copyByHand(stage);
  const { adoption } = await adopt(stage, false);
  expect(adoption).toMatchObject({ done: false, copies: [{ imageId: id }] });
  expect(tagsOf(stage, id)).toEqual({});
});

test("a copy under another key is not adopted, with the reason", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  stage.cloud.addKey(staging(stage), "alias/other", {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Account",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::333333333333:root"] },
        Action: ["kms:*"],
        Resource: ["*"],
      },
    ],
  });
  // The user who copies manually may use the key; the runner role may not.
  const role = stage.cloud.rolePolicies.get("333333333333 keyferry-acme-runner") ?? [];
  const all = { Effect: "Allow", Action: "kms:*", Resource: "*" };
  stage.cloud.rolePolicies.set("333333333333 keyferry-acme-runner", [
    ...role,
    { name: "by-hand", document: JSON.stringify({ Version: "2012-10-17", Statement: [all] }) },
  ]);
  await copyByHand(stage, "web-by-hand", "alias/other");
  const { adoption, asked } = await adopt(stage);
  expect(asked).toEqual([]);
  expect(adoption.unfit.map(({ because }) => because.join())).toEqual([
    expect.stringContaining(stage.keyArn(staging(stage), "alias/other")),
  ]);
});

test("an image with the same name that is not a copy of the source is ignored", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  stage.cloud.addImage(staging(stage), "web-2", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
  const { adoption } = await adopt(stage);
  expect(adoption).toEqual({ copies: [], unfit: [], done: false, refusals: [] });
});

test("nothing is adopted if a copy of a run already exists", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  await stage.run();
  const id = await copyByHand(stage);
  const { adoption } = await adopt(stage);
  expect(adoption.copies).toEqual([]);
  expect(tagsOf(stage, id)).toEqual({});
});

test("the older of two copies is adopted, and a second adoption finds nothing to do", async () => {
  const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
  const first = await copyByHand(stage, "web-a");
  await copyByHand(stage, "web-b");
  expect((await adopt(stage)).adoption.copies.map(({ imageId }) => imageId)).toEqual([first]);
  expect((await adopt(stage)).adoption.copies).toEqual([]);
});

test("after a kill between two tags, the same command adopts the copy", async () => {
  const whole = new Bomb();
  const measured = new Stage(TWO_ACCOUNTS, {}, "plain");
  await copyByHand(measured);
  await adopt(measured, true, whole);
  for (let at = 1; at <= whole.ticks; at += 1) {
    const stage = new Stage(TWO_ACCOUNTS, {}, "plain");
    const id = await copyByHand(stage);
    await adopt(stage, true, new Bomb(at)).catch(() => undefined);
    await adopt(stage);
    expect((await stage.run()).state).toBe("done");
    expect(stage.cloud.shown(staging(stage), "/images/web")).toBe(id);
  }
});
