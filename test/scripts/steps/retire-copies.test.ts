import { AwsCallError } from "../../../scripts/aws";
import type { TopologyInput } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** Both destinations keep so many copies. */
function keeping(keep: number): Stage {
  const web = TWO_ACCOUNTS.images["web"] as TopologyInput["images"][string];
  const to = web.to.map(({ account, regions }) => ({ account, regions, keep }));
  return new Stage({ ...TWO_ACCOUNTS, images: { web: { ...web, to } } }, {}, "plain");
}

const prod = (stage: Stage) => stage.place("prod", "eu-central-1");

/** Builds and carries so many images, one after the other. */
async function carry(stage: Stage, count: number, first = 2): Promise<void> {
  await stage.run();
  for (let build = first; build < first + count - 1; build += 1) {
    stage.makeImage(`web-${build}`, "plain");
    expect((await stage.run()).state).toBe("done");
  }
}

const names = (stage: Stage) => stage.cloud.registered(prod(stage)).map(({ view }) => view.name);
const kept = (stage: Stage) => stage.events.filter((event) => event.code === "CopyKept");

function nameOf(stage: Stage, imageId: string): string {
  return stage.cloud.image(imageId).view.name;
}

describe("of the copies of a rule", () => {
  it("the newest stay, and what is older goes with its snapshots", async () => {
    const stage = keeping(1);
    await carry(stage, 3);
    expect(names(stage)).toEqual(["web-3"]);
    expect(stage.cloud.snapshots.filter(({ place }) => place.account.name === "prod")).toHaveLength(1);
  });

  it("all stay where the topology keeps no number", async () => {
    const stage = new Stage(undefined, {}, "plain");
    await carry(stage, 3);
    expect(names(stage)).toEqual(["web-1", "web-2", "web-3"]);
  });

  it("those that the published parameter has shown last stay for a rollback", async () => {
    const stage = keeping(2);
    await carry(stage, 4);
    expect(names(stage)).toEqual(["web-3", "web-4"]);
  });

  it("that of the source image which the rule carries now stays, although newer ones stand", async () => {
    const web = TWO_ACCOUNTS.images["web"] as TopologyInput["images"][string];
    const { from, to } = web;
    const unpublished = (keep: number) => ({
      ...TWO_ACCOUNTS,
      images: { web: { from, to: to.map(({ account, regions }) => ({ account, regions, keep })) } },
    });
    const stage = new Stage(unpublished(3), {}, "plain");
    await carry(stage, 3);
    // Two builds are taken back, so that the first is the newest again.
    for (const { view } of stage.cloud.registered(stage.source)) {
      if (view.name !== "web-1") stage.cloud.image(view.imageId).registered = false;
    }
    Object.defineProperty(stage, "topology", { value: new Stage(unpublished(1), {}, "plain").topology });
    const { state } = await stage.run();
    expect(state).toBe("done");
    expect(names(stage)).toEqual(["web-1", "web-3"]);
  });

  it("one that a launch template, a group or an instance uses stays, and it is told by whom", async () => {
    const stage = keeping(1);
    await stage.run();
    const [first] = stage.cloud.registered(prod(stage));
    const image = first?.view.imageId ?? "";
    const user = "launch template web version 3 of Auto Scaling group web";
    stage.cloud.uses.set("222222222222/eu-central-1", [{ user, image }]);
    await carry(stage, 2);
    expect(names(stage)).toEqual(["web-1", "web-2"]);
    expect(kept(stage)).toMatchObject([{ imageId: image, by: [user] }]);
    stage.cloud.uses.clear();
    await stage.run();
    expect(names(stage)).toEqual(["web-2"]);
  });

  it.each([
    ["the version of the published parameter that is named", "resolve:ssm:/images/web:1", ["web-1", "web-3"]],
    ["what the published parameter shows now", "resolve:ssm:/images/web", ["web-3"]],
    [
      "a parameter that the runner role may not read",
      "resolve:ssm:/images/other",
      ["web-1", "web-2", "web-3"],
    ],
  ])("a launch template keeps %s", async (_what, image, expected) => {
    const stage = keeping(1);
    stage.cloud.uses.set("222222222222/eu-central-1", [{ user: "launch template web version 1", image }]);
    await carry(stage, 3);
    expect(names(stage)).toEqual(expected);
  });

  it("a protected one and the source of a rule stay", async () => {
    const stage = keeping(1);
    await stage.run();
    const [first] = stage.cloud.registered(prod(stage));
    if (first !== undefined) first.view.deregistrationProtection = "enabled-without-cooldown";
    await carry(stage, 2);
    expect(names(stage)).toEqual(["web-1", "web-2"]);
    expect(kept(stage)[0]).toMatchObject({ by: [expect.stringContaining("deregistration protection")] });
  });

  it("a snapshot that another image stands on stays, and the rest goes", async () => {
    const stage = keeping(1);
    await stage.run();
    const [first] = stage.cloud.registered(prod(stage));
    const theirs = stage.cloud.image(stage.cloud.addImage(prod(stage), "theirs", []));
    theirs.view.volumes = first?.view.volumes ?? [];
    await carry(stage, 2);
    expect(names(stage)).toEqual(["theirs", "web-2"]);
    expect(kept(stage).map(({ imageId }) => imageId)).toEqual([theirs.view.volumes[0]?.snapshotId]);
  });

  it("those of a user and of another rule are never touched", async () => {
    const stage = keeping(1);
    const theirs = stage.cloud.addImage(prod(stage), "web-0", []);
    await carry(stage, 2);
    expect(nameOf(stage, theirs)).toBe("web-0");
    expect(names(stage)).toEqual(["web-0", "web-2"]);
  });

  it("none goes when the newest copy is not proved", async () => {
    const stage = keeping(1);
    await stage.run();
    stage.makeImage("web-2", "plain");
    const { state } = await stage.run({
      listener: (event) => {
        if (event.code !== "CopyStarted") return;
        stage.cloud.image(event.imageId).view.isPublic = true;
      },
    });
    expect(state).toBe("failed");
    expect(names(stage)).toEqual(["web-1", "web-2"]);
  });

  it("all stay where what uses them cannot be seen; the run says so, and the next image is carried all the same", async () => {
    const stage = keeping(1);
    await stage.run();
    stage.makeImage("web-2", "plain");
    const aws = stage.cloud.access();
    jest.spyOn(aws, "uses").mockReturnValue({
      usesOf: () =>
        Promise.reject(
          new AwsCallError(
            { operation: "DescribeFleets", account: "222222222222", region: "eu-central-1" },
            { code: "UnauthorizedOperation", message: "not authorized", transient: false },
          ),
        ),
    });
    jest.spyOn(stage.cloud, "access").mockReturnValueOnce(aws);
    expect((await stage.run()).state).toBe("failed");
    expect(names(stage)).toEqual(["web-1", "web-2"]);
    stage.makeImage("web-3", "plain");
    expect((await stage.run()).state).toBe("done");
    expect(names(stage)).toEqual(["web-3"]);
  });
});
