import fs from "node:fs";
import path from "node:path";
import { parseCopies } from "../../review";
import { synthesise, synthSettings } from "../../stacks";
import { resolveTopology, type TopologyInput } from "../../topology";
import { temporaryDirectory } from "../_helpers/synthesised";

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

const INPUT: TopologyInput = {
  name: "acme",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" }, dev: { id: "333333333333" } },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
      to: [
        { account: "prod", regions: ["eu-west-1", "eu-central-1"] },
        { account: "dev", regions: ["eu-central-1"] },
      ],
    },
    tools: {
      from: { account: "builder", region: "eu-west-1", imageId: "ami-0123456789abcdef0" },
      to: [{ account: "prod", regions: ["eu-west-1"], route: "share" }],
    },
  },
};

test("the copy jobs are written next to the stacks, in the form that a review reads", () => {
  synthesise(resolveTopology(INPUT), synthSettings({}, directory));
  const file = path.join(directory, "cdktf.out", "keyferry.copies.json");
  const parsed = parseCopies(fs.readFileSync(file, "utf8"));
  expect(parsed).not.toHaveProperty("problem");
  const { copies } = parsed as Extract<typeof parsed, { copies: unknown }>;
  expect(
    copies.map(({ rule, from, to, route, transfersTogether, key }) =>
      [rule, from.source, to.account, to.region, route, transfersTogether, key].join(" "),
    ),
  ).toEqual([
    "web newest web-* 222222222222 eu-west-1 copy false alias/keyferry/acme/home",
    "web newest web-* 222222222222 eu-central-1 copy true alias/keyferry/acme/home",
    "web newest web-* 333333333333 eu-central-1 copy true alias/keyferry/acme/home",
    "tools ami-0123456789abcdef0 111111111111 eu-west-1 copy-to-share false alias/keyferry/acme/shared-images/1",
    "tools ami-0123456789abcdef0 222222222222 eu-west-1 share false alias/keyferry/acme/shared-images/1",
  ]);
});

test("a file that was not written by a synthesis is refused", () => {
  expect(parseCopies('{"version":1,"copies":[{"rule":"web","html":"<b>"}]}')).toHaveProperty("problem");
  expect(parseCopies("copies")).toHaveProperty("problem");
});
