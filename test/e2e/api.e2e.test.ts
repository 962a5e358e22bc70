import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { must } from "../../core/must";
import { ACME } from "../_helpers/topologies";
import { Administrators, deployFoundation, makeImage } from "../_helpers/virtual";
import { rehearse, ROOT, start, type Rehearsal } from "./lib/rehearsal";

jest.setTimeout(600_000);

const TOPOLOGY = { ...ACME, name: "embedded" };

let cloud: Rehearsal;
beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY, 600, "by Terraform");
  const admins = new Administrators(cloud.url);
  await deployFoundation(admins, cloud.topology);
  const source = must(cloud.topology.rules[0], "a rule").from;
  await makeImage({ cloudClock: cloud.clock }, admins, source, "web-1", [
    { sizeGiB: 8, keyAlias: "alias/app-data" },
  ]);
});
afterAll(() => cloud.stop());

test("a program that uses every function of the API prints nothing, and the API does not change its process", async () => {
  const [topology, answer] = ["topology.json", "answer.json"].map((name) => path.join(cloud.directory, name));
  writeFileSync(topology ?? "", JSON.stringify(TOPOLOGY));
  // The user's own process decides whether the SDK may warn about its Node version.
  const env = { ...cloud.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined };
  const argv = [
    "-r",
    path.join(ROOT, "bin/typescript.js"),
    path.join(ROOT, "test/e2e/lib/api-user.ts"),
    topology ?? "",
    answer ?? "",
  ];
  const { code, stdout, stderr } = await start(argv, env, cloud.directory).finished;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  const { before, after, ...told } = JSON.parse(readFileSync(answer ?? "", "utf8")) as Record<
    string,
    unknown
  >;
  expect(after).toEqual(before);
  expect(told).toMatchObject({
    interrupted: "interrupted",
    arrived: true,
    log: expect.arrayContaining([
      expect.stringMatching(/GiB cross Regions$/),
      expect.stringMatching(/: done$/),
    ]),
    planned: { copy: 0, unknown: 0 },
    verified: true,
    examined: [],
    lease: [null],
    left: [],
    back: expect.any(Number),
    refused: "PreflightRefused",
    mistaken: "ConfigurationInvalid",
    aborted: "Interrupted",
  });
});
