import { ConfigurationError } from "../../../core/errors";
import type { PolicyDocument, PolicyStatement } from "../../../policy";
import { proofTarget } from "../../../policy";
import type { ProofDocuments } from "../../../policy/proof";
import {
  askedKeys,
  buildGraph,
  EMPTY_LOCK,
  keyDeclarations,
  mergeLock,
  parseLock,
  lockText,
  rememberedKeys,
  resolveTopology,
  runnerAccess,
  withRemembered,
  type TopologyInput,
} from "../../../topology";
import {
  askedStatements,
  missingStatements,
  proofProblems,
  proveTopology,
  tableDocuments,
} from "../../../topology/proof";
import { ACME, DATABASES } from "../../_helpers/topologies";

const OWN_ARN = "arn:aws:kms:eu-central-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHERS_ARN = "arn:aws:kms:eu-west-1:999999999999:key/mrk-1234abcd12ab34cd56ef1234567890ab";

type OwnKeys = NonNullable<TopologyInput["accounts"][string]["ownKeys"]>;

/** The usual topology with existing keys: builder's as its transit key, and prod's, under which instances are launched. */
function withOwnKeys(
  own: Readonly<Record<string, OwnKeys>> = {
    builder: { transit: "alias/shared-with-all" },
    prod: { home: { "eu-central-1": OWN_ARN } },
  },
  more: Partial<TopologyInput> = {},
): TopologyInput {
  const accounts = Object.entries(ACME.accounts).map(([name, account]) => [
    name,
    { ...account, ...(own[name] === undefined ? {} : { ownKeys: own[name] }) },
  ]);
  return { ...ACME, ...more, accounts: Object.fromEntries(accounts) as TopologyInput["accounts"] };
}

/** A source that is under a key of an account that is not otherwise part of the topology. */
function underOthersKey(): TopologyInput {
  const { web } = ACME.images;
  if (web === undefined) throw new TypeError("no rule");
  return { ...ACME, images: { web: { ...web, from: { ...web.from, keys: [OTHERS_ARN] } } } };
}

function problemsOf(input: unknown): readonly (readonly [string, string])[] {
  try {
    resolveTopology(input);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ path, what }) => [path, what]);
    throw error;
  }
  return [];
}

/** The documents with another policy of one key. */
function withPolicy(
  documents: ProofDocuments,
  arn: string,
  change: (statements: readonly PolicyStatement[]) => readonly object[],
): ProofDocuments {
  const named = documents.keys.get(arn);
  if (named === undefined) throw new TypeError(`no policy of ${arn}`);
  const policy = named.document as PolicyDocument;
  const document = { ...policy, Statement: change(policy.Statement) };
  return { ...documents, keys: new Map(documents.keys).set(arn, { ...named, document }) };
}

describe("an account's own keys", () => {
  const topology = resolveTopology(withOwnKeys());

  test("the foundation creates no key where an own key is named, and copies use the named keys", () => {
    expect(keyDeclarations(topology).map(({ account, purpose }) => [account, purpose])).toEqual([
      ["333333333333", "home"],
    ]);
    const [rule] = topology.rules;
    if (rule === undefined) throw new TypeError("no rule");
    const managed = { arn: "arn:aws:kms:eu-west-1:111111111111:key/x", manager: "AWS", aliases: [] } as const;
    const { nodes } = buildGraph(topology, rule, {
      id: "ami-1",
      name: "web-1",
      snapshots: [{ snapshotId: "snap-1", sizeGiB: 8, key: managed }],
    });
    expect(nodes.map(({ id, keyAlias }) => [id, keyAlias])).toEqual([
      ["web/transit/builder/eu-west-1", "alias/shared-with-all"],
      ["web/final/prod/eu-central-1", OWN_ARN],
      ["web/final/staging/eu-west-1", "alias/keyferry/acme/home"],
    ]);
  });

  test("an image under the own transit key is shared directly", () => {
    const [rule] = topology.rules;
    if (rule === undefined) throw new TypeError("no rule");
    const key = { arn: "arn:x", manager: "CUSTOMER", aliases: ["alias/shared-with-all"] } as const;
    const { nodes } = buildGraph(topology, rule, {
      id: "ami-1",
      name: "web-1",
      snapshots: [{ snapshotId: "snap-1", sizeGiB: 8, key }],
    });
    expect(nodes.map(({ role }) => role)).toEqual(["final", "final"]);
  });

  test("their policies need the statements that the permission table has for the foundation's keys, except those for the owner's IAM", () => {
    expect(
      askedStatements(topology).map(({ asked, statements }) => [
        asked.key.alias,
        asked.purpose,
        statements.map(({ Sid }) => Sid),
      ]),
    ).toEqual([
      [OWN_ARN, "home", ["AutoScalingGrantsToEbs", "AutoScalingMakesVolumes", "AutoScalingUses"]],
      ["alias/shared-with-all", "transit", ["CopiersDescribe", "CopiersGrantToEbs", "CopiersUseThroughEc2"]],
    ]);
  });

  test("with those statements every call is proved, and the assumptions name them", () => {
    const proof = proveTopology(topology);
    expect(proofProblems(topology, proof)).toEqual([]);
    expect(proof.assumptions.join("\n")).toContain(
      "the policy of key alias/shared-with-all in 111111111111 eu-west-1 has the statements CopiersDescribe, CopiersGrantToEbs, CopiersUseThroughEc2",
    );
  });

  test.each(askedKeys(topology).flatMap((asked) => asked.statements.map(({ sid }) => [sid, asked] as const)))(
    "without %s the proof names only that statement",
    (sid, asked) => {
      const documents = withPolicy(tableDocuments(topology), proofTarget.keyArn(asked.key), (statements) => {
        const kept = asked.statements.findIndex((one) => one.sid === sid);
        return statements.filter((_, index) => index !== kept);
      });
      const proof = proveTopology(topology, documents);
      expect(proof.ok).toBe(false);
      const missing = missingStatements(topology, proof, documents);
      expect(
        missing.map(({ asked: { key }, statements }) => [key.alias, statements.map(({ Sid }) => Sid)]),
      ).toEqual([[asked.key.alias, [sid]]]);
    },
  );

  test("if a policy does not allow IAM of its account to decide, the needed statement allows only the role", () => {
    const arn = OWN_ARN;
    const documents = withPolicy(tableDocuments(topology), arn, (statements) => statements.slice(0, -1));
    const proof = proveTopology(topology, documents);
    const [missing] = missingStatements(topology, proof, documents);
    expect(missing?.statements).toHaveLength(1);
    expect(missing?.statements[0]).toMatchObject({
      Principal: { AWS: ["arn:aws:iam::222222222222:root"] },
      Condition: {
        ArnEquals: { "aws:PrincipalArn": ["arn:aws:iam::222222222222:role/keyferry-acme-runner"] },
      },
    });
    expect(missing?.statements[0]?.Action).toContain("kms:GenerateDataKeyWithoutPlaintext");
    const mended = withPolicy(documents, arn, (statements) => [
      ...statements,
      ...(missing?.statements ?? []),
    ]);
    expect(proveTopology(topology, mended).ok).toBe(true);
  });

  test("a policy that allows more principals than the permission table is found", () => {
    const arn = proofTarget.keyArn({
      account: "111111111111",
      region: "eu-west-1",
      alias: "alias/shared-with-all",
    });
    const open = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" };
    const documents = withPolicy(tableDocuments(topology), arn, (statements) => [...statements, open]);
    expect(proveTopology(topology, documents).leaks.length).toBeGreaterThan(0);
  });

  test("all mistakes are reported together", () => {
    const wrong = withOwnKeys({
      builder: { home: "alias/one", transit: "alias/one" },
      prod: {
        home: { "us-east-1": OWN_ARN, "eu-nowhere-1": "alias/x" },
        transit: OWN_ARN.replace("key/1", "key/2"),
      },
      staging: {
        home: { "eu-central-1": OWN_ARN, "eu-west-1": "alias/keyferry/acme/home" },
        transit: "alias/aws/ebs",
      },
    });
    (wrong.accounts["staging"] as { ebsDefaults?: boolean }).ebsDefaults = true;
    expect(problemsOf(wrong)).toEqual([
      ["accounts.builder.ownKeys", expect.stringContaining("are the same key")],
      ["accounts.prod.ownKeys.home.us-east-1", expect.stringContaining("is in eu-central-1")],
      ["accounts.prod.ownKeys.home.eu-nowhere-1", expect.any(String)],
      ["accounts.prod.ownKeys.transit", "an ARN names a key in only one Region"],
      [
        "accounts.staging.ownKeys.home.eu-central-1",
        "the key belongs to account 222222222222, not to 333333333333",
      ],
      ["accounts.staging.ownKeys.home.eu-west-1", expect.stringContaining("the foundation creates")],
      ["accounts.staging.ownKeys.transit", expect.stringContaining("AWS managed key")],
      ["accounts.staging.ebsDefaults", expect.stringContaining("its own keys")],
    ]);
    expect(problemsOf(withOwnKeys({ prod: { home: "app-data" } }))).toHaveLength(1);
  });
});

describe("moving between keys", () => {
  const plain = resolveTopology(ACME);
  const own = resolveTopology(withOwnKeys({ prod: { home: "alias/prod-data" } }));
  const statesIn = (lock: typeof EMPTY_LOCK) =>
    rememberedKeys(lock, "acme")
      .filter(({ account }) => account === "222222222222")
      .map(({ purpose, state }) => [purpose, state]);

  test("the foundation's key is retired when an own key is named, stays usable for launched instances, and is active again afterwards", () => {
    const first = mergeLock(plain, EMPTY_LOCK).lock;
    const there = mergeLock(own, first);
    expect(statesIn(there.lock)).toEqual([["home", "retired"]]);
    const kept = there.accounts.flatMap(({ keys }) => keys).find(({ state }) => state === "retired");
    expect(kept?.declaration).toMatchObject({ launches: true, copiers: [] });
    const back = mergeLock(plain, there.lock).lock;
    expect(statesIn(back)).toEqual([["home", "active"]]);
    expect(withRemembered(plain, back).formerOwnKeys).toEqual(["222222222222/eu-central-1/home"]);
  });

  test("the lock file records where an own key was used, and can be read again", () => {
    const { lock } = mergeLock(own, EMPTY_LOCK);
    expect(statesIn(lock)).toEqual([]);
    expect(lock.topologies["acme"]?.accounts["222222222222"]?.ownKeys).toEqual({ "eu-central-1": ["home"] });
    expect(parseLock(lockText(lock), "keyferry.lock.json")).toEqual(JSON.parse(lockText(lock)));
  });

  test("the lock file of a topology without own keys does not change", () => {
    expect(lockText(mergeLock(plain, EMPTY_LOCK).lock)).not.toContain("ownKeys");
    expect(withRemembered(plain, EMPTY_LOCK).formerOwnKeys).toBeUndefined();
  });
});

describe("a source under a key of an account that neither sends nor receives", () => {
  test("the source's role may use it, its policy must allow that role, and all calls are proved", () => {
    const topology = resolveTopology(underOthersKey());
    const builder = topology.accounts[0];
    if (builder === undefined) throw new TypeError("no account");
    expect(runnerAccess(topology, builder).keys).toContainEqual({
      key: { account: "999999999999", region: "eu-west-1", alias: OTHERS_ARN },
      as: "read",
    });
    const [asked, ...others] = askedKeys(topology);
    expect(others).toEqual([]);
    expect(asked?.reader).toBeUndefined();
    expect(asked?.statements.map(({ sid }) => sid)).toEqual([
      "CopiersDescribe",
      "CopiersGrantToEbs",
      "CopiersUseThroughEc2",
    ]);
    expect(asked?.statements[0]?.conditions).toEqual({
      ArnEquals: { "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/keyferry-acme-runner"] },
    });
    expect(proofProblems(topology, proveTopology(topology))).toEqual([]);
  });

  test("without its policy's statement the source's call is refused, and no destination can make it", () => {
    const topology = resolveTopology(underOthersKey());
    const documents = withPolicy(tableDocuments(topology), OTHERS_ARN, (statements) => statements.slice(-1));
    const proof = proveTopology(topology, documents);
    expect(proof.ok).toBe(false);
    const callers = new Set(proof.failures.map(({ call }) => call.request.principal.account));
    expect([...callers]).toEqual(["111111111111"]);
  });

  test("a snapshot of a database is read through RDS", () => {
    const { orders } = DATABASES.databases;
    const topology = resolveTopology({
      ...DATABASES,
      databases: { orders: { ...orders, from: { ...orders.from, keys: [OTHERS_ARN] } } },
    });
    expect(askedKeys(topology)[0]?.statements.map(({ sid }) => sid)).toEqual([
      "CopiersDescribe",
      "CopiersGrantToRds",
      "CopiersUseThroughRds",
    ]);
    expect(proofProblems(topology, proveTopology(topology))).toEqual([]);
  });

  test("a key of another Region than the source's is refused", () => {
    const { web } = ACME.images;
    if (web === undefined) throw new TypeError("no rule");
    const keys = [OTHERS_ARN.replace("eu-west-1", "eu-west-2")];
    expect(problemsOf({ ...ACME, images: { web: { ...web, from: { ...web.from, keys } } } })).toEqual([
      ["images.web.from.keys[0]", "the key is in eu-west-2, but a key in eu-west-1 is needed there"],
    ]);
  });
});
