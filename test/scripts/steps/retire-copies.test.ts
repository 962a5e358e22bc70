import { AwsCallError } from "../../../scripts/aws";
import type { TopologyInput } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** Both destinations keep this number of copies. */
function keeping(keep: number): Stage {
  const web = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
  const to = web.to.map(({ account, regions }) => ({ account, regions, keep }));
  return new Stage({ ...TWO_ACCOUNTS, images: { web: { ...web, to } } }, {}, "plain");
}

const prod = (stage: Stage) => stage.place("prod", "eu-central-1");

/** Builds and carries this number of images, one after the other. */
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

describe("retiring the copies of a rule", () => {
  it("keeps the newest, and removes older ones with their snapshots", async () => {
    const stage = keeping(1);
    await carry(stage, 3);
    expect(names(stage)).toEqual(["web-3"]);
    expect(stage.cloud.snapshots.filter(({ place }) => place.account.name === "prod")).toHaveLength(1);
  });

  it("keeps all if the topology sets no number", async () => {
    const stage = new Stage(undefined, {}, "plain");
    await carry(stage, 3);
    expect(names(stage)).toEqual(["web-1", "web-2", "web-3"]);
  });

  it("keeps those that the published parameter showed last, for a rollback", async () => {
    const stage = keeping(2);
    await carry(stage, 4);
    expect(names(stage)).toEqual(["web-3", "web-4"]);
  });

  it("keeps the copy of the source image that the rule carries now, although newer ones exist", async () => {
    const web = TWO_ACCOUNTS.images["web"] as NonNullable<TopologyInput["images"]>[string];
    const { from, to } = web;
    const unpublished = (keep: number) => ({
      ...TWO_ACCOUNTS,
      images: { web: { from, to: to.map(({ account, regions }) => ({ account, regions, keep })) } },
    });
    const stage = new Stage(unpublished(3), {}, "plain");
    await carry(stage, 3);
    // Two builds are withdrawn, so that the first is the newest again.
    for (const { view } of stage.cloud.registered(stage.source)) {
      if (view.name !== "web-1") stage.cloud.image(view.id).registered = false;
    }
    Object.defineProperty(stage, "topology", { value: new Stage(unpublished(1), {}, "plain").topology });
    const { state } = await stage.run();
    expect(state).toBe("done");
    expect(names(stage)).toEqual(["web-1", "web-3"]);
  });

  it("keeps one that a launch template, a group or an instance uses, and names the user", async () => {
    const stage = keeping(1);
    await stage.run();
    const [first] = stage.cloud.registered(prod(stage));
    const image = first?.view.id ?? "";
    const user = "launch template web version 3 of Auto Scaling group web";
    stage.cloud.uses.set("222222222222/eu-central-1", [{ user, image }]);
    await carry(stage, 2);
    expect(names(stage)).toEqual(["web-1", "web-2"]);
    expect(kept(stage)).toMatchObject([{ imageId: image, by: [user] }]);
    stage.cloud.uses.clear();
    await stage.run();
    expect(names(stage)).toEqual(["web-2"]);
  });

  const PROD = "222222222222/eu-central-1";

  /** Another team's parameter, which shows this number of the existing copies, the newest last. */
  function theirs(stage: Stage, name: string, values: readonly string[], dataType = "aws:ec2:image"): void {
    stage.cloud.parameters.set(
      `${PROD} ${name}`,
      values.map((value) => ({ value, shownAt: 0 })),
    );
    stage.cloud.parameterTypes.set(`${PROD} ${name}`, { type: "String", dataType });
    stage.cloud.unreadable.add(`${PROD} ${name}`);
  }

  const OWN = "arn:aws:ssm:eu-central-1:222222222222:parameter/teams";
  const ALL = ["web-1", "web-2", "web-3"];
  const BASE = "ami-0ther";

  describe.each<[string, string, (stage: Stage, first: string) => void, readonly string[], boolean]>([
    ["a version of the published parameter", "/images/web:1", () => undefined, ["web-1", "web-3"], false],
    ["what the published parameter shows now", "/images/web", () => undefined, ["web-3"], false],
    [
      "the published parameter by its ARN",
      "arn:aws:ssm:eu-central-1:222222222222:parameter/images/web:1",
      () => undefined,
      ["web-1", "web-3"],
      false,
    ],
    ["a public parameter", "/aws/service/ami-amazon-linux-latest/al2023", () => undefined, ["web-3"], false],
    [
      "a public parameter by its ARN",
      "arn:aws:ssm:eu-central-1::parameter/aws/service/ami-amazon-linux-latest/al2023:2",
      () => undefined,
      ["web-3"],
      false,
    ],
    ["a parameter that does not exist", "/teams/gone", () => undefined, ["web-3"], false],
    ["a version of a parameter that does not exist", "/teams/gone:3", () => undefined, ["web-3"], false],
    [
      "an image of the other team",
      "/teams/base",
      (stage) => theirs(stage, "/teams/base", [BASE]),
      ["web-3"],
      false,
    ],
    [
      "a copy of Keyferry",
      "/teams/base",
      (stage, first) => theirs(stage, "/teams/base", [first]),
      ["web-1", "web-3"],
      false,
    ],
    [
      "an image of the other team after a copy of Keyferry",
      "/teams/base",
      (stage, first) => theirs(stage, "/teams/base", [first, BASE]),
      ["web-3"],
      false,
    ],
    [
      "the newest version by its number",
      `${OWN}/base:2`,
      (stage) => theirs(stage, "/teams/base", [BASE, BASE]),
      ["web-3"],
      false,
    ],
    [
      "an older version, which cannot be read",
      "/teams/base:1",
      (stage, first) => theirs(stage, "/teams/base", [first, BASE]),
      ALL,
      true,
    ],
    [
      "a label, which cannot be read",
      "/teams/base:live",
      (stage) => theirs(stage, "/teams/base", [BASE]),
      ALL,
      true,
    ],
    [
      "text, which EC2 does not resolve",
      "/teams/base",
      (stage, first) => theirs(stage, "/teams/base", [first], "text"),
      ALL,
      true,
    ],
    ["another account's", "arn:aws:ssm:eu-central-1:999999999999:parameter/base", () => undefined, ALL, true],
    [
      "an older version, which the role is allowed to read",
      "/teams/base:1",
      (stage, first) => {
        theirs(stage, "/teams/base", [first, BASE]);
        stage.cloud.unreadable.clear();
      },
      ["web-1", "web-3"],
      false,
    ],
  ])("if a launch template names a parameter that shows %s", (_what, name, make, expected, isUnclear) => {
    it(`${expected.join(", ")} stay${isUnclear ? ", and the reason is reported once with its fix" : ""}`, async () => {
      const stage = keeping(1);
      const first = () => stage.cloud.registered(prod(stage))[0]?.view.id ?? "";
      const users = ["launch template theirs version 1", "launch template theirs version 2"];
      const image = `resolve:ssm:${name}`;
      stage.cloud.uses.set(
        PROD,
        users.map((user) => ({ user, image })),
      );
      await stage.run();
      make(stage, first());
      for (const build of ["web-2", "web-3"]) {
        stage.makeImage(build, "plain");
        stage.events.length = 0;
        expect((await stage.run()).state).toBe("done");
      }
      expect(names(stage)).toEqual(expected);
      const reported = stage.events.filter((event) => event.code === "UseUnclear");
      expect(reported.map(({ subject }) => subject)).toEqual(
        isUnclear
          ? users.map((user) => `${user}, through the parameter ${name.replace(/^arn:[^/]+parameter/, "")}`)
          : [],
      );
      for (const { fix } of reported)
        expect(fix).toMatch(
          /ssm:GetParameterHistory on arn:aws:ssm:eu-central-1:222222222222:parameter\/teams\/base$|of the same account in the launch template$/,
        );
    });
  });

  it("keeps a protected one and the source of a rule", async () => {
    const stage = keeping(1);
    await stage.run();
    const [first] = stage.cloud.registered(prod(stage));
    if (first !== undefined) first.view.deregistrationProtection = "enabled-without-cooldown";
    await carry(stage, 2);
    expect(names(stage)).toEqual(["web-1", "web-2"]);
    expect(kept(stage)[0]).toMatchObject({ by: [expect.stringContaining("deregistration protection")] });
  });

  it("keeps a snapshot that another image uses, and removes the rest", async () => {
    const stage = keeping(1);
    await stage.run();
    const [first] = stage.cloud.registered(prod(stage));
    const theirs = stage.cloud.image(stage.cloud.addImage(prod(stage), "theirs", []));
    theirs.view.volumes = first?.view.volumes ?? [];
    await carry(stage, 2);
    expect(names(stage)).toEqual(["theirs", "web-2"]);
    expect(kept(stage).map(({ imageId }) => imageId)).toEqual([theirs.view.volumes[0]?.snapshotId]);
  });

  it("never touches those of a user or of another rule", async () => {
    const stage = keeping(1);
    const theirs = stage.cloud.addImage(prod(stage), "web-0", []);
    await carry(stage, 2);
    expect(nameOf(stage, theirs)).toBe("web-0");
    expect(names(stage)).toEqual(["web-0", "web-2"]);
  });

  it("removes none if the newest copy is not verified", async () => {
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

  it("keeps all if their users cannot be read; the run reports it, and still carries the next image", async () => {
    const stage = keeping(1);
    await stage.run();
    stage.makeImage("web-2", "plain");
    const aws = stage.cloud.access();
    jest.spyOn(aws, "uses").mockReturnValue({
      ...aws.uses(prod(stage)),
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
