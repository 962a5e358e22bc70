import { furnish } from "../../demo/furnish";
import type { TopologyInput } from "../../topology";
import { copiesOf, keyArn, ownImages } from "./lib/cloud-state";
import { keyPolicy, mutated, rolePolicy, trustPolicy, type DeployedPolicy } from "./lib/mutate";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { ACME } from "../_helpers/topologies";

/**
 * A sample of the mutations that the proofs detect, on a deployed foundation: a run must fail with them too. All tests use one
 * image, because no mutated run copies it to `prod`; each run continues where the previous one stopped.
 */
const TOPOLOGY: TopologyInput = {
  ...ACME,
  name: "mutation",
  accounts: { ...ACME.accounts, prod: { id: "222222222222", externalId: "carry-mutation" } },
};
const RUNNER = "keyferry-mutation-runner";

let cloud: Rehearsal;
const builder = () => cloud.admin("111111111111", "eu-west-1");
const prod = () => cloud.admin("222222222222", "eu-central-1");

jest.setTimeout(600_000);

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await cloud.deploy("foundation-*");
});

afterAll(() => cloud.stop());

async function source(): Promise<string> {
  const original = (await ownImages(builder())).find(
    (image) => image.Tags?.every((tag) => tag.Key !== "keyferry:node") ?? true,
  );
  return original?.ImageId ?? "";
}

const transitPolicy = async () =>
  keyPolicy(builder(), await keyArn(builder(), "alias/keyferry/mutation/transit"));

test.each<[row: string, what: RegExp, policy: () => DeployedPolicy | Promise<DeployedPolicy>, says: RegExp]>([
  ["OperatorMayRun", /sts:ExternalId/, () => trustPolicy(prod(), RUNNER), /222222222222/],
  ["KeepBooks", /Action ssm:PutParameter/, () => rolePolicy(builder(), RUNNER), /ssm:PutParameter/],
  [
    "DescribeImages",
    /Action ec2:DescribeSnapshots/,
    () => rolePolicy(builder(), RUNNER),
    /ec2:DescribeSnapshots/,
  ],
  ["CopiersGrantToEbs", /kms:ViaService/, transitPolicy, /account 111111111111 must add/],
  ["CopiersGrantToEbs", /aws:PrincipalArn .*222222222222/, transitPolicy, /account 111111111111 must add/],
  ["GrantToEbs", /GrantIsForAWSResource/, () => rolePolicy(prod(), RUNNER), /account 222222222222 must add/],
  ["MakeDataKeys", /Resource/, () => rolePolicy(prod(), RUNNER), /account 222222222222 must add/],
  ["CopyImages", /Resource .*eu-west-1::image/, () => rolePolicy(prod(), RUNNER), /ec2:CopyImage/],
  ["TagCopies", /Resource .*snapshot/, () => rolePolicy(prod(), RUNNER), /ec2:CreateTags/],
  [
    "ShareSnapshots",
    /Action ec2:ModifySnapshotAttribute/,
    () => rolePolicy(builder(), RUNNER),
    /ec2:ModifySnapshotAttribute/,
  ],
  ["Publish", /Action ssm:PutParameter/, () => rolePolicy(prod(), RUNNER), /ssm:PutParameter/],
])("the run fails when %s is without what matches %s", async (row, what, policy, says) => {
  await mutated(await policy(), row, new RegExp(`^without .*${what.source}`), async () => {
    const { code, stdout, stderr } = await cloud.keyferry("run");
    expect([1, 3]).toContain(code);
    expect(stdout + stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test("with all policies restored the run succeeds", async () => {
  const { code, stderr } = await cloud.keyferry("run");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect((await copiesOf(prod(), await source())).map((copy) => copy.State)).toEqual(["available"]);
});
