import { resolveTopology } from "../../topology";
import { PAIR, pair } from "../_helpers/topologies";
import { synthesisedTopology } from "../_helpers/synthesised";

const REHEARSAL = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };
const IN_S3 = resolveTopology({ ...PAIR, state: { bucket: "acme-state", region: "eu-west-1" } });

function backendOf(stacks: ReturnType<typeof synthesisedTopology>, name = "foundation-keys-prod") {
  return stacks[name]?.terraform.backend;
}

test("state is local and relative, with one file for each topology and stack", () => {
  expect(backendOf(synthesisedTopology(pair()))).toEqual({
    local: { path: "../../../.keyferry/state/acme/foundation-keys-prod.tfstate" },
  });
});

test("a rehearsal has its own state", () => {
  expect(backendOf(synthesisedTopology(pair(), REHEARSAL))).toEqual({
    local: { path: "../../../state/acme/foundation-keys-prod.tfstate" },
  });
});

test("state in S3 is encrypted and locked, in the bucket's account, with one object for each stack", () => {
  expect(backendOf(synthesisedTopology(IN_S3))).toEqual({
    s3: {
      bucket: "acme-state",
      key: "acme/foundation-keys-prod.tfstate",
      region: "eu-west-1",
      encrypt: true,
      use_lockfile: true,
      allowed_account_ids: ["111111111111"],
      assume_role: {
        role_arn: "arn:aws:iam::111111111111:role/keyferry-deploy",
        session_name: "keyferry-deploy",
      },
    },
  });
});

test("a rehearsal looks for the bucket in the rehearsal cloud, never on AWS", () => {
  const stacks = synthesisedTopology(IN_S3, REHEARSAL);
  const elsewhere = {
    endpoints: { s3: "http://127.0.0.1:4566", sts: "http://127.0.0.1:4566" },
    use_path_style: true,
  };
  expect(backendOf(stacks)).toMatchObject({ s3: elsewhere });
  const read = Object.values(stacks["foundation-access-prod"]?.data?.["terraform_remote_state"] ?? {});
  expect(read).toHaveLength(2);
  for (const state of read) expect(state).toMatchObject({ config: elsewhere });
});

test("a profile or the ambient credentials replace the deploy role", () => {
  const topology = resolveTopology({
    ...PAIR,
    accounts: {
      builder: { id: "111111111111", deployRole: false },
      prod: { id: "222222222222", profile: "prod-admin" },
    },
  });
  const stacks = synthesisedTopology(topology);
  const [ambient] = stacks["foundation-keys-builder"]?.provider?.["aws"] ?? [];
  const [profile] = stacks["foundation-keys-prod"]?.provider?.["aws"] ?? [];
  expect(ambient).not.toHaveProperty("assume_role");
  expect(ambient).not.toHaveProperty("profile");
  expect(profile).not.toHaveProperty("assume_role");
  expect(profile).toMatchObject({ profile: "prod-admin" });
});
