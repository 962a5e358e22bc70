import { resolveTopology, type Topology } from "../../../topology";
import { outsideTopology } from "../../../scripts/commands/outside";
import { error } from "../fake-aws/call";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

/** A later version of the topology, with these changes of its one image. */
function later(change: object, name = "web"): Topology {
  return resolveTopology({
    ...TWO_ACCOUNTS,
    images: { [name]: { ...TWO_ACCOUNTS.images["web"], ...change } },
  });
}

const ONLY_STAGING = [{ account: "staging", regions: ["eu-west-1"] }];
const WITHOUT_PROD = later({ to: ONLY_STAGING });

/** A stage on which everything was copied, and what a later version of its topology finds. */
async function carried(): Promise<Stage> {
  const stage = new Stage();
  await stage.run();
  return stage;
}

function look(stage: Stage, topology: Topology) {
  return outsideTopology(
    { topology, aws: stage.cloud.access(), clock: stage.clock },
    stage.foundation(topology),
  );
}

const shown = (found: Awaited<ReturnType<typeof look>>) =>
  found.items.map(({ kind, account, region, because }) => ({ kind, account, region, because }));

it("finds nothing outside while the topology explains everything", async () => {
  const stage = await carried();
  expect(await look(stage, stage.topology)).toEqual({ items: [], keys: [], unseen: [] });
});

it("finds the copy and the parameter in a removed account as the deploy role, and the retired key", async () => {
  const stage = await carried();
  stage.cloud.calls.length = 0;
  const found = await look(stage, WITHOUT_PROD);
  const where = {
    account: "222222222222",
    region: "eu-central-1",
    because: "the topology no longer works in prod eu-central-1",
  };
  expect(shown(found)).toEqual([
    { kind: "copy", ...where },
    { kind: "parameter", ...where },
  ]);
  expect(found.keys).toMatchObject([{ name: "prod/eu-central-1/home", state: "retired" }]);
  expect(found.unseen).toEqual([]);
  expect(stage.cloud.calls.filter((call) => !/^(Describe|Get|List)/.test(call))).toEqual([]);
});

it("reports in one line that a removed account cannot be read", async () => {
  const stage = await carried();
  stage.deployer.closedAccounts.add("222222222222");
  const { items, unseen, keys } = await look(stage, WITHOUT_PROD);
  expect(items).toEqual([]);
  expect(unseen).toEqual([
    {
      account: "222222222222",
      region: "eu-central-1",
      reason: expect.stringContaining("not authorized to perform: sts:AssumeRole") as string,
    },
  ]);
  expect(keys).toMatchObject([
    { state: "retired", unseen: [expect.stringContaining("AssumeRole") as string] },
  ]);
});

it("finds what a removed rule left in places that other rules use", async () => {
  const stage = await carried();
  const renamed = later({ publishTo: "/images/site" }, "site");
  expect(shown(await look(stage, renamed)).sort((a, b) => a.account.localeCompare(b.account))).toEqual(
    ["222222222222 eu-central-1", "333333333333 eu-west-1"].flatMap((place) => {
      const [account, region] = place.split(" ");
      return [
        { kind: "copy", account, region, because: "the topology has no rule web any more" },
        {
          kind: "parameter",
          account,
          region,
          because: "the topology publishes nothing there as /images/web",
        },
      ];
    }),
  );
});

it("finds only a share with an account that its rule no longer has as a destination", async () => {
  const stage = await carried();
  stage.cloud.image(stage.imageId).view.tags = {
    "keyferry:shared-with:acme/web": "222222222222 333333333333",
  };
  const shares = async (topology: Topology) =>
    (await look(stage, topology)).items.filter(({ kind }) => kind === "share");
  expect(await shares(stage.topology)).toEqual([]);
  expect(await shares(WITHOUT_PROD)).toMatchObject([
    {
      id: stage.imageId,
      because: "it is shared with 222222222222, which web no longer has as a destination",
    },
  ]);
  expect(await shares(later({}, "site"))).toMatchObject([
    { because: "the topology has no rule web any more" },
  ]);
});

it("shows copies if the role may not list parameters, and reports which call failed", async () => {
  const stage = await carried();
  const aws = stage.cloud.access();
  const parameters: typeof aws.parameters = (place) => ({
    ...aws.parameters(place),
    tagged: () =>
      Promise.reject(error(place.account, place.region, "DescribeParameters", "AccessDenied", "not allowed")),
  });
  const renamed = later({}, "site");
  const found = await outsideTopology(
    { topology: renamed, aws: { ...aws, parameters }, clock: stage.clock },
    stage.foundation(renamed),
  );
  expect(found.items.map(({ kind }) => kind)).toEqual(["copy", "copy"]);
  expect(found.unseen.every(({ reason }) => reason.includes("DescribeParameters"))).toBe(true);
});
