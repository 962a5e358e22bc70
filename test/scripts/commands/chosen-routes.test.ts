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

/** The finding for an image with some attributes and a route in the lock file. */
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

test("a chosen route that can be used passes", async () => {
  expect(await found("copy-image")).toMatchObject({ state: "passed", subject: "web -> prod eu-central-1" });
  expect(await found("copy-image")).not.toHaveProperty("advice");
});

test("a usable chosen route is kept if another one would be chosen now, and that is reported", async () => {
  expect(await found("store-restore")).toMatchObject({
    state: "passed",
    advice: expect.stringContaining("would choose copy-image now") as unknown,
  });
});

test("a chosen route that the image cannot use fails, with the route that it needs and the command to run", async () => {
  expect(await found("store-restore", PARAVIRTUAL)).toMatchObject({
    state: "failed",
    what: expect.stringMatching(/is paravirtual: EC2 does not store.*it needs copy-image/) as unknown,
    fix: expect.stringContaining("npx keyferry plan --write") as unknown,
  });
});

test("if no route can be used, the check fails and does not recommend a plan", async () => {
  const finding = await found("copy-image", PARAVIRTUAL, { shareKeys: false });
  expect(finding).toMatchObject({ state: "failed" });
  expect(finding?.what).toContain("no other route can be used either");
  expect(finding?.fix).not.toContain("plan --write");
});
