import type { ImageTopology } from "../_helpers/topologies";
import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import { ConfigurationError } from "../../core/errors";
import {
  parseLock,
  resolveTopology,
  withKey,
  lockText,
  type KeyRecord,
  type TopologyInput,
} from "../../topology";
import { ACME } from "../_helpers/topologies";
import { policyOf, resources, temporaryDirectory, type Synthesised } from "../_helpers/synthesised";

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

const lockFile = () => path.join(directory, "keyferry.lock.json");
const lock = () => parseLock(fs.readFileSync(lockFile(), "utf8"), lockFile());

function synth(input: TopologyInput, env: Readonly<Record<string, string>> = {}) {
  let told = "";
  const names = synthesise(resolveTopology(input), synthSettings(env, directory), (text) => (told += text));
  return { names, told };
}

function stack(name: string): Synthesised & { readonly removed?: unknown; readonly import?: unknown } {
  return JSON.parse(
    fs.readFileSync(path.join(directory, `cdktf.out/stacks/${name}/cdk.tf.json`), "utf8"),
  ) as Synthesised;
}

/** The topology with `prod` still declared, but without copies there. */
const WITHOUT_PROD: ImageTopology = {
  ...ACME,
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
      to: [{ account: "staging", regions: ["eu-west-1"] }],
    },
  },
};

/** The topology without the account itself. */
const PROD_GONE: ImageTopology = {
  ...WITHOUT_PROD,
  accounts: { builder: { id: "111111111111" }, staging: { id: "333333333333" } },
};

const HOME = { account: "222222222222", region: "eu-central-1", purpose: "home" } as const;
const KEY = "aws_kms_key.home-eu-central-1_9947FA66";
const ALIAS = "aws_kms_alias.home-eu-central-1_Alias_DDD1714D";

/** Changes the lock file as a command does. */
function remember(change: Partial<KeyRecord>): void {
  fs.writeFileSync(lockFile(), lockText(withKey(lock(), "acme", HOME, change)));
}

describe("a key whose place has left the topology", () => {
  beforeEach(() => {
    synth(ACME);
  });

  test("stays in Terraform at its address, and allows only its own account", () => {
    const before = stack("foundation-keys-prod").resource?.["aws_kms_key"];
    synth(WITHOUT_PROD);
    const after = stack("foundation-keys-prod");
    expect(Object.keys(after.resource?.["aws_kms_key"] ?? {})).toEqual(Object.keys(before ?? {}));
    const [key] = resources(after, "aws_kms_key");
    const letIn = policyOf(key ?? {}).Statement.filter(({ Effect }) => Effect === "Allow");
    for (const { Principal, Condition } of letIn) {
      const isOwn = Principal?.AWS.every((principal) => principal.startsWith("arn:aws:iam::222222222222:"));
      expect(isOwn === true || Condition?.["StringEquals"]?.["kms:CallerAccount"]?.[0] === HOME.account).toBe(
        true,
      );
    }
    // Its Auto Scaling group may still run.
    expect(letIn.map(({ Sid }) => Sid)).toContain("AutoScalingGrantsToEbs");
  });

  test("is disabled when the lock file says so, and enabled again when its place returns", () => {
    synth(WITHOUT_PROD);
    remember({ state: "disabled" });
    synth(WITHOUT_PROD);
    expect(resources(stack("foundation-keys-prod"), "aws_kms_key")).toMatchObject([{ is_enabled: false }]);
    synth(ACME);
    expect(resources(stack("foundation-keys-prod"), "aws_kms_key")[0]).not.toHaveProperty("is_enabled");
    expect(lock().topologies["acme"]?.accounts[HOME.account]?.keys["eu-central-1"]?.home?.state).toBe(
      "active",
    );
  });

  test("is forgotten by Terraform after its deletion, and created again when its place returns", () => {
    synth(WITHOUT_PROD);
    remember({ state: "deleted" });
    synth(WITHOUT_PROD);
    const deleted = stack("foundation-keys-prod");
    expect(resources(deleted, "aws_kms_key")).toEqual([]);
    expect(deleted.removed).toEqual(
      expect.arrayContaining([
        { from: KEY, lifecycle: { destroy: false } },
        { from: ALIAS, lifecycle: { destroy: false } },
      ]),
    );
    synth(ACME);
    expect(resources(stack("foundation-keys-prod"), "aws_kms_key")).toHaveLength(1);
    expect(stack("foundation-keys-prod")).not.toHaveProperty("import");
  });

  test("is imported into Terraform if the lock file names its id", () => {
    const keyId = "12345678-1234-1234-1234-123456789012";
    synth(WITHOUT_PROD);
    remember({ keyId });
    synth(WITHOUT_PROD);
    expect(stack("foundation-keys-prod").import).toEqual([
      { to: KEY, id: keyId },
      { to: ALIAS, id: "alias/keyferry/acme/home" },
    ]);
  });
});

test("a key that is not in the lock file is forgotten by Terraform, never destroyed: every address has a block", () => {
  synth(ACME);
  const forgotten = JSON.stringify(stack("foundation-keys-staging").removed);
  for (const address of [KEY, ALIAS]) expect(forgotten).toContain(JSON.stringify(address));
  expect(forgotten).not.toContain("home-eu-west-1_");
});

test("an account without copies keeps its stacks, but not its runner role", () => {
  synth(ACME);
  const { names } = synth(WITHOUT_PROD);
  expect(names).toEqual(
    expect.arrayContaining(["foundation-keys-prod", "foundation-access-prod", "consumers-prod"]),
  );
  expect(stack("foundation-access-prod")).not.toHaveProperty("resource");
  expect(stack("consumers-prod")).not.toHaveProperty("resource");
});

test("an account that left has stacks that no pattern of the topology matches, with the same states as before", () => {
  synth(ACME);
  const stateOf = (name: string) => stack(name).terraform.backend["local"];
  const states = [stateOf("foundation-keys-prod"), stateOf("foundation-access-prod")];
  const { names } = synth(PROD_GONE);
  expect(names.filter((name) => name.includes("prod"))).toEqual(["dropped-keys-prod", "dropped-access-prod"]);
  expect([stateOf("dropped-keys-prod"), stateOf("dropped-access-prod")]).toEqual(states);
  expect(stack("dropped-keys-prod").provider?.["aws"]?.[0]).toMatchObject({
    allowed_account_ids: ["222222222222"],
    assume_role: [{ role_arn: "arn:aws:iam::222222222222:role/keyferry-deploy" }],
  });
  expect(
    resources(stack("foundation-keys-builder"), "aws_kms_key")
      .map((key) => String(key["policy"]))
      .join(),
  ).not.toContain("222222222222");
});

describe("the lock file", () => {
  test("is not written by a read-only synthesis, and not touched if nothing has changed", () => {
    synth(ACME, { KEYFERRY_LOCK: "read-only" });
    expect(fs.existsSync(lockFile())).toBe(false);
    synth(ACME);
    const { mtimeMs } = fs.statSync(lockFile());
    synth(ACME);
    expect(fs.statSync(lockFile()).mtimeMs).toBe(mtimeMs);
    const before = fs.readFileSync(lockFile(), "utf8");
    synth(WITHOUT_PROD, { KEYFERRY_LOCK: "read-only" });
    expect(fs.readFileSync(lockFile(), "utf8")).toBe(before);
  });

  test("of a rehearsal is separate", () => {
    synth(ACME, { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" });
    expect(fs.existsSync(lockFile())).toBe(false);
    expect(fs.existsSync(path.join(directory, ".rehearsal/keyferry.lock.json"))).toBe(true);
  });

  test("stops a synthesis if it is damaged, and nothing is written", () => {
    fs.writeFileSync(lockFile(), "{");
    expect(() => synth(ACME)).toThrow(ConfigurationError);
    expect(fs.readdirSync(directory)).toEqual(["keyferry.lock.json"]);
    expect(fs.readFileSync(lockFile(), "utf8")).toBe("{");
  });

  test("keeps several topologies, and reports once that a renamed topology leaves its keys behind", () => {
    synth(ACME);
    const renamed = synth({ ...ACME, name: "apex" });
    expect(renamed.told).toContain("If you renamed acme: its copies stay under its keys");
    expect(synth({ ...ACME, name: "apex" }).told).toBe("");
    expect(synth(ACME).told).toBe("");
    expect(Object.keys(lock().topologies)).toEqual(["acme", "apex"]);
  });

  test("forgets a key that Terraform never created, such as one in a mistyped Region", () => {
    const mistyped = structuredClone(ACME);
    const [prod] = mistyped.images["web"]?.to ?? [];
    prod?.regions.splice(0, 1, "eu-central-2");
    synth(mistyped);
    const state = path.join(directory, ".keyferry/state/acme/foundation-keys-prod.tfstate");
    fs.mkdirSync(path.dirname(state), { recursive: true });
    fs.writeFileSync(state, JSON.stringify({ resources: [] }));
    synth(ACME);
    expect(Object.keys(lock().topologies["acme"]?.accounts[HOME.account]?.keys ?? {})).toEqual([
      "eu-central-1",
    ]);
  });

  test("keeps a key that a deployment was seen to create, even if an older state does not have it", () => {
    synth(ACME);
    remember({ unconfirmed: false });
    const state = path.join(directory, ".keyferry/state/acme/foundation-keys-prod.tfstate");
    fs.mkdirSync(path.dirname(state), { recursive: true });
    fs.writeFileSync(state, JSON.stringify({ resources: [] }));
    synth(WITHOUT_PROD);
    expect(lock().topologies["acme"]?.accounts[HOME.account]?.keys["eu-central-1"]?.home).toMatchObject({
      state: "retired",
    });
    expect(resources(stack("foundation-keys-prod"), "aws_kms_key")).toHaveLength(1);
  });

  test("leaves out a key that was confirmed as never created, and keeps the others", () => {
    synth(ACME);
    synth(WITHOUT_PROD, { KEYFERRY_NEVER_MADE: "222222222222/eu-central-1/home" });
    expect(lock().topologies["acme"]?.accounts[HOME.account]?.keys).toEqual({});
    expect(Object.keys(lock().topologies["acme"]?.accounts["333333333333"]?.keys ?? {})).toEqual([
      "eu-west-1",
    ]);
  });
});
