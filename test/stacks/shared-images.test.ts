import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import { resolveTopology } from "../../topology";
import { SHARING, sharing } from "../_helpers/topologies";
import {
  onlyResource,
  policyOf,
  resources,
  synthesisedTopology,
  temporaryDirectory,
  type Synthesised,
} from "../_helpers/synthesised";

const stacks = () => synthesisedTopology(sharing());

test("volumes of a shared image are encrypted under the launching account's own key, for each device", () => {
  const consumers = stacks()["consumers-prod"];
  const [home] = Object.keys(consumers?.data?.["aws_kms_alias"] ?? {});
  expect(onlyResource(consumers, "aws_launch_template")).toMatchObject({
    image_id: "resolve:ssm:/images/web",
    block_device_mappings: [
      {
        device_name: "/dev/xvda",
        ebs: { encrypted: "true", kms_key_id: `\${data.aws_kms_alias.${home}.target_key_arn}` },
      },
    ],
  });
  expect(consumers?.data).not.toHaveProperty("terraform_remote_state");
});

test("volumes are under the source's key only if the topology explicitly says so", () => {
  const { web } = SHARING.images;
  const to = [{ ...web.to[0], volumesUnder: "source-key" as const }];
  const written = synthesisedTopology(resolveTopology({ ...SHARING, images: { web: { ...web, to } } }));
  const { ebs } = (
    onlyResource(written["consumers-prod"], "aws_launch_template")["block_device_mappings"] as {
      ebs: { kms_key_id: string };
    }[]
  )[0] ?? { ebs: { kms_key_id: "" } };
  expect(ebs.kms_key_id).toMatch(
    /^\$\{data\.terraform_remote_state\.cross-stack-reference-input-foundation-keys-builder\.outputs\./,
  );
  expect(written["consumers-prod"]?.data).not.toHaveProperty("aws_kms_alias");
  expect(resources(written["foundation-keys-prod"], "aws_kms_key")).toEqual([]);
});

test("the source's account has a key for shared images in each Region, with grants only for the launching accounts", () => {
  const written = stacks();
  const keys = resources(written["foundation-keys-builder"], "aws_kms_key");
  expect(keys).toHaveLength(2);
  const issuers = keys.map((key) =>
    policyOf(key)
      .Statement.filter(({ Sid }) => Sid.startsWith("Issuers"))
      .map(({ Sid, Principal }) => [Sid, Principal?.AWS]),
  );
  const [prod, staging] = ["arn:aws:iam::222222222222:root", "arn:aws:iam::333333333333:root"];
  expect(issuers).toEqual([
    [
      ["IssuersGrantToServiceLinkedRoles", [staging]],
      ["IssuersReadGrants", [staging]],
    ],
    [
      ["IssuersGrantToServiceLinkedRoles", [prod, staging]],
      ["IssuersReadGrants", [prod, staging]],
    ],
  ]);
  expect(resources(written["foundation-grants-prod"], "aws_kms_grant")).toHaveLength(1);
  expect(resources(written["foundation-grants-staging"], "aws_kms_grant")).toHaveLength(2);
});

test("the runner role of an account that only launches shared images copies nothing", () => {
  const role = onlyResource(stacks()["foundation-access-prod"], "aws_iam_role_policy");
  const actions = policyOf(role).Statement.flatMap(({ Action }) => Action);
  expect(actions).toContain("ssm:PutParameter");
  expect(
    actions.filter((action) => /Copy|Modify|Deregister|kms:(?!DescribeKey|GetKeyPolicy)/.test(action)),
  ).toEqual([]);
});

test.each([
  [{ multiRegion: true }, ["aws_kms_key", "aws_kms_replica_key"]],
  [{ imported: true }, ["aws_kms_external_key", "aws_kms_external_key"]],
])(
  "a key that is declared with %j has these settings in each Region, also at the second deployment",
  (key, types) => {
    const directory = temporaryDirectory();
    const regions = ["eu-west-1", "eu-central-1"];
    const keys = { "shared-images": { account: "builder", regions, ...key } };
    const topology = resolveTopology({ ...SHARING, keys });
    for (const settings of [synthSettings({}, directory), synthSettings({}, directory)]) {
      expect(synthesise(topology, settings)).toContain("foundation-grants-staging");
      const file = path.join(directory, "cdktf.out/stacks/foundation-keys-builder/cdk.tf.json");
      const written = JSON.parse(fs.readFileSync(file, "utf8")) as Synthesised;
      const made = Object.entries(written.resource ?? {}).filter(([type]) => type !== "aws_kms_alias");
      expect(made.flatMap(([type, all]) => Object.keys(all).map(() => type)).sort()).toEqual(types);
    }
    fs.rmSync(directory, { recursive: true });
  },
);
