import { proofTarget, type PolicyDocument, type PolicyStatement } from "../../../policy";
import type { ProofDocuments } from "../../../policy/proof";
import { keyDeclarations, resolveTopology } from "../../../topology";
import { outsideOf, proveTopology, tableDocuments } from "../../../topology/proof";
import {
  ACME,
  acme,
  databases,
  databasesAndImages,
  launchingUnderEbsDefaults,
  mutual,
  shared,
  withEbsDefaults,
  snapshots,
  snapshotsAndImages,
} from "../../_helpers/topologies";

const topology = acme();
const documents = tableDocuments(topology);

const key = (purpose: string, account: string) => {
  const found = keyDeclarations(topology).find((k) => k.purpose === purpose && k.account === account);
  if (found === undefined) throw new Error(`no ${purpose} key in ${account}`);
  return found;
};

type Change = (statements: readonly PolicyStatement[]) => readonly PolicyStatement[];

const without =
  (sid: string): Change =>
  (statements) =>
    statements.filter((statement) => statement.Sid !== sid);

function changed(document: unknown, change: Change): PolicyDocument {
  const policy = document as PolicyDocument;
  return { ...policy, Statement: change(policy.Statement) };
}

function withKeyPolicy(purpose: string, account: string, change: Change): ProofDocuments {
  const arn = proofTarget.keyArn(key(purpose, account));
  const named = documents.keys.get(arn);
  if (named === undefined) throw new Error(`no policy of ${arn}`);
  const keys = new Map(documents.keys).set(arn, { ...named, document: changed(named.document, change) });
  return { ...documents, keys };
}

function withRole(account: string, change: Change): ProofDocuments {
  const arn = `arn:aws:iam::${account}:role/keyferry-acme-runner`;
  const role = documents.roles.get(arn);
  if (role === undefined) throw new Error(`no role ${arn}`);
  const identity = role.identity.map((named) => ({ ...named, document: changed(named.document, change) }));
  return { ...documents, roles: new Map(documents.roles).set(arn, { ...role, identity }) };
}

describe("the documents of the permission table", () => {
  test.each([
    ["one builder and two destinations", acme()],
    ["two accounts that both send and receive", mutual()],
    ["an account with keys under which every principal creates volumes", withEbsDefaults()],
    ["groups under a key under which every principal creates volumes", launchingUnderEbsDefaults()],
    ["Regions into which one transfer copies for several accounts", shared()],
    ["snapshots that belong to no image", snapshots()],
    ["snapshots of databases", databases()],
    ["snapshots of databases and an image of the same accounts", databasesAndImages()],
    ["snapshots and images", snapshotsAndImages()],
    [
      "copies that never leave their account",
      resolveTopology({
        ...ACME,
        images: { web: { ...ACME.images["web"]!, to: [{ account: "builder", regions: ["eu-west-1"] }] } },
      }),
    ],
    [
      "Regions of China, where no other Region is left",
      resolveTopology({
        ...ACME,
        images: {
          web: {
            from: { account: "builder", region: "cn-north-1", newest: { name: "web-*" } },
            to: [{ account: "prod", regions: ["cn-north-1", "cn-northwest-1"] }],
          },
        },
      }),
    ],
  ])("allow every call of every job and nothing around it: %s", (_what, sample) => {
    const { ok, failures, leaks, jobs, denied } = proveTopology(sample);
    expect({ ok, failures, leaks }).toEqual({ ok: true, failures: [], leaks: [] });
    expect(jobs.length).toBeGreaterThan(0);
    for (const { groups } of jobs) expect(groups.flat().length).toBeGreaterThan(30);
    expect(denied).toBeGreaterThan(100);
  });

  test("list the assumptions about documents that are not Keyferry's", () => {
    expect(proveTopology(topology).assumptions.join("\n")).toMatch(
      /alias\/app-data in 111111111111 eu-west-1/,
    );
  });
});

describe("a failing proof", () => {
  test("of a missing key policy statement names jobs, call, statement and the key's account", () => {
    const { ok, failures, leaks } = proveTopology(
      topology,
      withKeyPolicy("transit", "111111111111", without("CopiersGrantToEbs")),
    );
    expect({ ok, leaks }).toEqual({ ok: false, leaks: [] });
    expect(failures.flatMap(({ jobs }) => jobs)).toEqual([
      "web -> prod eu-central-1",
      "web -> staging eu-west-1",
    ]);
    for (const { call, missing } of failures) {
      expect(call.request.action).toBe("kms:CreateGrant");
      expect(missing).toMatchObject([
        {
          side: "resource",
          account: "111111111111",
          statement: { statement: "CopiersGrantToEbs" },
        },
      ]);
    }
  });

  test("of a missing statement of a role names the role's account, and only the jobs of that account", () => {
    const { failures } = proveTopology(topology, withRole("222222222222", without("MakeDataKeys")));
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({
      jobs: ["web -> prod eu-central-1"],
      call: { request: { action: "kms:GenerateDataKeyWithoutPlaintext" } },
      missing: [{ side: "identity", account: "222222222222", statement: { statement: "MakeDataKeys" } }],
    });
  });

  test("of an explicit deny names the statement that denies", () => {
    const deny: PolicyStatement = {
      Sid: "NoCopies",
      Effect: "Deny",
      Action: ["ec2:CopyImage"],
      Resource: ["*"],
    };
    const { failures } = proveTopology(
      topology,
      withRole("333333333333", (all) => [...all, deny]),
    );
    expect(failures.length).toBeGreaterThan(0);
    for (const { deniedBy, missing } of failures) {
      expect(missing).toEqual([]);
      expect(deniedBy).toMatchObject([{ statement: "NoCopies" }]);
    }
  });
});

describe("a policy that allows too much", () => {
  const open = (part: Partial<PolicyStatement>): PolicyStatement => ({
    Sid: "Open",
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource: ["*"],
    ...part,
  });

  test.each([
    [
      "a key policy that allows a whole account",
      withKeyPolicy("home", "222222222222", (all) => [
        ...all,
        open({ Action: ["kms:*"], Principal: { AWS: ["arn:aws:iam::333333333333:root"] } }),
      ]),
      /keyferry-acme-runner/,
    ],
    [
      "a key policy that allows every principal",
      withKeyPolicy("transit", "111111111111", (all) => [...all, open({ Principal: { AWS: ["*"] } })]),
      /./,
    ],
    ["a role that may use every key", withRole("222222222222", (all) => [...all, open({})]), /./],
    [
      "a role that may share anything",
      withRole("222222222222", (all) => [...all, open({ Action: ["ec2:ModifyImageAttribute"] })]),
      /./,
    ],
    [
      "a role that may assume others",
      withRole("222222222222", (all) => [...all, open({ Action: ["sts:AssumeRole"] })]),
      /./,
    ],
    [
      "a role that may write any parameter",
      withRole("111111111111", (all) => [...all, open({ Action: ["ssm:PutParameter"] })]),
      /./,
    ],
    [
      "a role that may create roles for other services",
      withRole("222222222222", (all) => [...all, open({ Action: ["iam:CreateServiceLinkedRole"] })]),
      /./,
    ],
  ])("is reported with the statement that allows it: %s", (_what, mutilated, who) => {
    const { ok, failures, leaks } = proveTopology(topology, mutilated);
    expect({ ok, failures }).toEqual({ ok: false, failures: [] });
    expect(leaks.length).toBeGreaterThan(0);
    for (const { by, request } of leaks) {
      expect(by.map(({ statement }) => statement)).toContain("Open");
      expect(request.principal.arn).toMatch(who);
    }
  });
});

test("the outside account and Region of a proof are not part of the topology", () => {
  const { account, region } = outsideOf(
    resolveTopology({
      ...ACME,
      accounts: { ...ACME.accounts, last: { id: "999999999999" } },
    }),
  );
  expect(account).toBe("999999999998");
  expect(["eu-west-1", "eu-central-1"]).not.toContain(region);
});
