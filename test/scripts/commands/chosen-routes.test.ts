import { kindOf } from "../../../kinds/registry";
import { checkChosenRoutes } from "../../../scripts/commands/chosen-routes";
import type { Finding } from "../../../scripts/engine/finding";
import {
  autoJobs,
  EMPTY_LOCK,
  resolveTopology,
  withRemembered,
  withRoutes,
  type ChosenRoute,
} from "../../../topology";
import { Stage } from "../fake-aws/stage";

/** A topology that leaves the route to a plan. */
function auto(builder: object = {}) {
  return {
    name: "acme",
    accounts: { builder: { id: "111111111111", ...builder }, prod: { id: "222222222222" } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: [{ account: "prod", regions: ["eu-central-1"], route: "auto" as const }],
      },
    },
  };
}

/** What is found of an image with some attributes where the lock file has a route. */
async function found(
  route: ChosenRoute,
  attributes: Readonly<Record<string, string>> = {},
  builder: object = {},
): Promise<Finding | undefined> {
  const stage = new Stage(auto());
  const { view } = stage.cloud.image(stage.imageId);
  view.attributes = { ...view.attributes, ...attributes };
  const declared = resolveTopology(auto(builder));
  const chosen = autoJobs(declared).map((job) => ({ job, route }));
  const topology = withRemembered(declared, withRoutes(EMPTY_LOCK, declared, chosen));
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const kind = kindOf(rule);
  const context = { topology, aws: stage.cloud.access() };
  const source = await kind.resolveSource(context, rule);
  if (source === undefined) throw new TypeError("no source");
  const read = await kind.readSource(context, rule, source);
  return checkChosenRoutes(topology, kind, rule, source, read)[0];
}

const PARAVIRTUAL = { "virtualization type": "paravirtual" };

test("a chosen route that is open passes", async () => {
  expect(await found("copy-image")).toMatchObject({ state: "passed", subject: "web -> prod eu-central-1" });
  expect(await found("copy-image")).not.toHaveProperty("advice");
});

test("a chosen route that is open is kept where another one would be chosen now, and that is told", async () => {
  expect(await found("store-restore")).toMatchObject({
    state: "passed",
    advice: expect.stringContaining("would choose copy-image now") as unknown,
  });
});

test("a chosen route that the image closes fails, with the route that it needs and what to run", async () => {
  expect(await found("store-restore", PARAVIRTUAL)).toMatchObject({
    state: "failed",
    what: expect.stringMatching(/is paravirtual: EC2 does not store.*it needs copy-image/) as unknown,
    fix: expect.stringContaining("npx keyferry plan --write") as unknown,
  });
});

test("where every route is closed, that is what fails, and no plan is advised", async () => {
  const finding = await found("copy-image", PARAVIRTUAL, { shareKeys: false });
  expect(finding).toMatchObject({ state: "failed" });
  expect(finding?.what).toContain("so is every other one");
  expect(finding?.fix).not.toContain("plan --write");
});
