import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { RoutesReport } from "../../../scripts/engine/results";
import type { FakeImage } from "../fake-aws/fake-cloud";
import { Stage } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

/** The accounts with which the builder can share keys, and the Regions of the destination. */
interface Setting {
  readonly shareKeys?: boolean;
  readonly regions?: readonly string[];
}

const PARAVIRTUAL = { "virtualization type": "paravirtual", kernel: "aki-1" };

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-routes-"));
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

/** The output of `keyferry plan --routes --json` for an image whose volumes are under aws/ebs, another key and none. */
async function asked(
  change: (view: FakeImage["view"]) => void,
  { shareKeys = true, regions = ["eu-central-1"] }: Setting = {},
) {
  const topology = {
    name: "acme",
    accounts: { builder: { id: "111111111111", shareKeys }, prod: { id: "222222222222" } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: [{ account: "prod", regions, route: "auto" as const }],
      },
    },
  };
  const stage = new Stage(topology);
  change(stage.cloud.image(stage.imageId).view);
  writeTopology(cwd, topology);
  const { exitCode, out } = await give(stage, cwd, ["plan", "--routes", "--json"]);
  const report = JSON.parse(out) as RoutesReport;
  return {
    exitCode,
    report,
    destinations: (report.rules[0]?.destinations ?? []).map(({ region, choice, routes }) => ({
      region,
      chosen: "route" in choice ? choice.route : "none",
      because: "route" in choice ? choice.because : "",
      open: routes.filter(({ closed }) => closed.length === 0).map(({ route }) => route),
      costs: Object.fromEntries(routes.map(({ route, costs }) => [route, costs])),
      closed: Object.fromEntries(
        routes.map(({ route, closed }) => [route, closed.map(({ because }) => because).join("; ")]),
      ),
      fixes: Object.fromEntries(
        routes.map(({ route, closed }) => [route, closed.map(({ fix }) => fix).join("; ")]),
      ),
    })),
  };
}

test("a paravirtual image under the EBS default key is copied through a transit copy into Regions that support it", async () => {
  const { destinations } = await asked((view) => (view.attributes = { ...view.attributes, ...PARAVIRTUAL }), {
    regions: ["eu-central-1", "eu-north-1"],
  });
  const [there, elsewhere] = destinations;
  expect(there).toMatchObject({ chosen: "copy-image", open: ["copy-image", "register-image", "share"] });
  expect(there?.costs["copy-image"]).toContain("a transit copy during the run");
  expect(there?.closed["store-restore"]).toContain("EC2 does not store paravirtual images");
  expect(elsewhere).toMatchObject({ region: "eu-north-1", chosen: "none", open: [] });
  expect(elsewhere?.closed["copy-image"]).toContain("eu-north-1 does not support paravirtual images");
});

test("an AWS Marketplace image can only be shared with another account, and no other route is advised", async () => {
  const { exitCode, report, destinations } = await asked((view) => {
    view.marketplaceCodes = ["3ql"];
    view.attributes = { ...view.attributes, "product codes": "3ql (marketplace)" };
  });
  expect(exitCode).toBe(3);
  expect(report.refusals).toHaveLength(1);
  const [prod] = destinations;
  expect(prod).toMatchObject({ chosen: "none", open: ["share"] });
  expect(prod?.closed["copy-image"]).toContain("AWS does not copy such an image to another account");
  expect(prod?.closed["register-image"]).toContain("which RegisterImage does not keep");
  for (const fix of Object.values(prod?.fixes ?? {})) expect(fix).not.toContain('"copy-image"');
});

test.each([
  [true, 5_000, "copy-image", ["copy-image", "register-image", "share"]],
  [false, 5_000, "none", []],
  [false, 4_000, "store-restore", ["store-restore"]],
])(
  "with key sharing allowed: %s, an image of %d GiB uses the route %s",
  async (shareKeys, sizeGiB, chosen, open) => {
    const { destinations } = await asked(
      (view) => {
        const [root, ...others] = view.volumes;
        view.volumes = [{ ...root!, sizeGiB }, ...others];
      },
      { shareKeys },
    );
    expect(destinations).toMatchObject([{ chosen, open }]);
    if (sizeGiB === 5_000)
      expect(destinations[0]?.closed["store-restore"]).toContain("EC2 stores images of at most 5000 GB");
  },
);
