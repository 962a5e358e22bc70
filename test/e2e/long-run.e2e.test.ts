import { resolveTopology } from "../../topology";
import {
  Administrators,
  deployFoundation,
  makeImage,
  runScript,
  startVirtualCloud,
  wrongIn,
  type VirtualCloud,
} from "../_helpers/virtual";

/** One large image, through a transit copy. Sessions live in real time here: test/scripts/aws/credentials.test.ts ends them. */
const topology = resolveTopology({
  name: "long",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app"] },
      to: [{ account: "prod", regions: ["eu-central-1"] }],
    },
  },
});

let cloud: VirtualCloud;
let source: string;

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id);
  const admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  source = await makeImage(cloud, admins, rule.from, "web-1", [{ sizeGiB: 16_000, keyAlias: "alias/app" }]);
}, 60_000);
afterAll(() => cloud.stop());

test("a run of many hours completes", async () => {
  const begun = cloud.clock.now().getTime();
  const { state } = await runScript(cloud, topology);
  const hours = (cloud.clock.now().getTime() - begun) / 3_600_000;
  expect(state).toBe("done");
  expect(hours).toBeGreaterThan(2);
  expect(await wrongIn(cloud, topology, { web: source })).toEqual([]);
}, 60_000);
