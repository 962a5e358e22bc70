import type { TopologyInput } from "../../../topology";
import { copyJobs } from "../../../topology";
import { expectNothingLeft } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const launch = { instanceType: "t3.micro" };

/**
 * What two jobs of a run can need in common: the account that they launch in, the account and Region that they copy into,
 * the source image, and the name of the parameter. `web` and `web-far` carry one image, `api` and `db` others.
 */
const ENTANGLED: TopologyInput = {
  ...TWO_ACCOUNTS,
  images: {
    web: rule("web-*", ["eu-central-1"]),
    "web-far": rule("web-*", ["us-east-1"]),
    api: { ...rule("api-*", ["eu-central-1", "us-east-1"]), publishTo: "/images/api" },
    db: { ...rule("db-*", ["eu-central-1", "us-east-1"]), publishTo: "/images/db" },
  },
};

function rule(name: string, regions: readonly string[]) {
  return {
    from: { account: "builder", region: "eu-west-1", newest: { name }, keys: ["alias/app-data"] },
    to: ["prod", "staging"].map((account) => ({ account, regions: [...regions], launch, keep: 2 })),
    publishTo: "/images/web",
  };
}

describe.each(["plain", "mixed", "transit"] as const)("jobs of images of %s volumes", (volumes) => {
  it.each([1, 20])("with common needs all succeed, %d copies at a time", async (maxCopiesPerPlace) => {
    const stage = new Stage(ENTANGLED, {}, volumes);
    for (const name of ["api-1", "db-1"]) stage.makeImage(name, volumes);
    for (const week of [1, 2, 3]) {
      const { state, manifest } = await stage.run({ settings: { maxCopiesPerPlace } });
      expect([week, state]).toEqual([week, "done"]);
      const jobs = manifest.images.flatMap((image) => image.jobs);
      expect(jobs.map(({ id }) => id).sort()).toEqual(
        copyJobs(stage.topology)
          .map(({ id }) => id)
          .sort(),
      );
      expect(jobs.map(({ state: of }) => of)).toEqual(jobs.map(() => "done"));
      expectNothingLeft(stage);
      for (const name of ["web", "api", "db"]) stage.makeImage(`${name}-${week + 1}`, volumes);
    }
  });
});

it("the service-linked role of an account is requested once in a run, for any number of jobs that launch there", async () => {
  const stage = new Stage(ENTANGLED, {}, "plain");
  for (const name of ["api-1", "db-1"]) stage.makeImage(name, "plain");
  await stage.run();
  const asked = stage.cloud.calls.filter((call) => call.startsWith("CreateServiceLinkedRole")).sort();
  expect(asked).toEqual(["222222222222", "333333333333"].map((id) => `CreateServiceLinkedRole ${id}/global`));
});

it("a common need that fails leaves all of its rules unfinished, and is reported once", async () => {
  const stage = new Stage(ENTANGLED, {}, "plain");
  for (const name of ["api-1", "db-1"]) stage.makeImage(name, "plain");
  const access = stage.cloud.access.bind(stage.cloud);
  stage.cloud.access = (bomb) => {
    const aws = access(bomb);
    const roles: typeof aws.roles = (account) =>
      account.name === "prod"
        ? { ...aws.roles(account), createServiceLinkedRole: () => Promise.reject(new TypeError("no")) }
        : aws.roles(account);
    return { ...aws, roles };
  };
  expect((await stage.run()).state).toBe("failed");
  const failed = stage.events.flatMap((event) => (event.code === "TaskFailed" ? [event.task] : []));
  expect(failed).toEqual(["service-linked-role/prod"]);
  const intents = [...stage.cloud.parameters.keys()].filter((name) => name.endsWith("/intent"));
  expect(intents).toHaveLength(4);

  stage.cloud.access = access;
  expect((await stage.run()).state).toBe("done");
  expectNothingLeft(stage);
});
