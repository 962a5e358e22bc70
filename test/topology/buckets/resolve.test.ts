import type { ConfigurationError } from "../../../core/errors";
import { resolveTopology, type TopologyInput } from "../../../topology";
import { ACME } from "../../_helpers/topologies";

type Rules = NonNullable<TopologyInput["buckets"]>;
type Rule = Rules[string];

const FROM: Rule["from"] = { account: "builder", region: "us-east-2", bucket: "acme-documents" };
const DOCUMENTS: Rule = { from: FROM, to: [{ account: "prod", regions: ["eu-central-1"] }] };
const EXISTING = { existing: true, key: "alias/theirs" } as const;

const { accounts } = ACME;

function resolved(buckets: Rules) {
  return resolveTopology({ name: "acme", accounts, buckets });
}

/** All problems of the rules, by path. */
function problems(buckets: unknown, more: object = {}): readonly { path: string; text: string }[] {
  try {
    resolveTopology({ name: "acme", accounts, buckets, ...more });
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems.map(({ path, what, allowed = "", fix = "" }) => ({
      path,
      text: `${what}; ${allowed}; ${fix}`,
    }));
  }
}

describe("a bucket rule", () => {
  it("is enough for a topology", () => {
    const topology = resolved({ documents: DOCUMENTS });
    expect(topology.rules).toEqual([]);
    expect(topology.partition).toBe("aws");
  });

  it("gets names, keys and a role by default, and defines what is replicated", () => {
    const [rule] = resolved({ documents: DOCUMENTS }).buckets;
    expect(rule).toMatchObject({
      name: "documents",
      role: "keyferry-acme-replicate-acme-documents",
      from: {
        bucket: "acme-documents",
        existing: false,
        key: { account: "111111111111", region: "us-east-2", alias: "alias/keyferry/acme/buckets" },
        otherKeys: [],
      },
      to: [
        {
          bucket: "acme-documents-222222222222-eu-central-1",
          ruleId: "documents.acme-documents-222222222222-eu-central-1",
          existing: false,
          key: { account: "222222222222", region: "eu-central-1", alias: "alias/keyferry/acme/buckets" },
          replicationTime: false,
        },
      ],
      filter: { prefix: "", tags: {} },
      deleteMarkers: false,
      replicaModifications: false,
      existingObjects: "replicate",
    });
  });

  it("sends failures to one topic or queue in the source's Region, for a source that the foundation creates", () => {
    const replicationEvents = "arn:aws:sns:us-east-2:333333333333:alarms";
    const from = { ...FROM, replicationEvents };
    const [rule] = resolved({ documents: { ...DOCUMENTS, from } }).buckets;
    expect(rule?.from.replicationEvents).toBe(replicationEvents);
    const to = [{ account: "prod", regions: ["eu-west-1"] }];
    const other = { from: { ...FROM, replicationEvents: `${replicationEvents}-2` }, to };
    const found = (more: object) => problems({ documents: { ...DOCUMENTS, from: { ...from, ...more } } });
    expect(found({ region: "eu-west-1" })).toMatchObject([
      {
        path: "buckets.documents.from.replicationEvents",
        text: expect.stringContaining("it is in us-east-2"),
      },
    ]);
    expect(found(EXISTING)).toMatchObject([
      { text: expect.stringContaining("would replace all notifications") },
    ]);
    expect(found({ replicationEvents: `${replicationEvents}.fifo` })).toMatchObject([
      { path: "buckets.documents.from.replicationEvents" },
    ]);
    expect(problems({ documents: { ...DOCUMENTS, from }, other })).toMatchObject([
      { text: expect.stringContaining("another topic or queue for the same source") },
      { path: "buckets.other.from.replicationEvents" },
    ]);
  });

  it("has Object Lock on both sides, and so do rules whose source is one of its destinations", () => {
    const objectLock = { ...DOCUMENTS, objectLock: true };
    const [rule] = resolved({ documents: objectLock }).buckets;
    expect(rule?.objectLock).toBe(true);
    const onward: Rule = {
      from: { account: "prod", region: "eu-central-1", bucket: rule?.to[0]?.bucket ?? "" },
      to: [{ account: "builder", regions: ["eu-west-1"] }],
    };
    expect(problems({ documents: objectLock, onward })).toMatchObject([
      {
        path: "buckets.onward.objectLock",
        text: expect.stringContaining("has Object Lock because of buckets.documents"),
      },
    ]);
    expect(problems({ documents: objectLock, onward: { ...onward, objectLock: true } })).toEqual([]);
    expect(problems({ documents: DOCUMENTS, onward: { ...onward, objectLock: true } })).toEqual([]);
  });

  it("writes job reports into one existing bucket, because buckets of the foundation do not accept them", () => {
    const from = { ...FROM, reports: "acme-reports" };
    expect(resolved({ documents: { ...DOCUMENTS, from } }).buckets[0]?.from.reports).toBe("acme-reports");
    expect(problems({ documents: { ...DOCUMENTS, from: { ...from, reports: FROM.bucket } } })).toMatchObject([
      { path: "buckets.documents.from.reports", text: expect.stringContaining("refuses reports") },
    ]);
    const other = {
      from: { ...FROM, reports: "other-reports" },
      to: [{ account: "prod", regions: ["eu-west-1"] }],
    };
    expect(problems({ documents: { ...DOCUMENTS, from }, other })).toMatchObject([
      { text: expect.stringContaining("another bucket for the reports") },
      { path: "buckets.other.from.reports" },
    ]);
  });

  it("has a separate bucket in each Region of a destination", () => {
    const to = [{ account: "prod", regions: ["eu-central-1", "eu-west-1"] }];
    const [rule] = resolved({ documents: { from: FROM, to } }).buckets;
    expect(rule?.to.map(({ region, bucket }) => [region, bucket])).toEqual([
      ["eu-central-1", "acme-documents-222222222222-eu-central-1"],
      ["eu-west-1", "acme-documents-222222222222-eu-west-1"],
    ]);
  });

  it("accepts existing buckets with their own keys", () => {
    const from = { ...FROM, ...EXISTING, otherKeys: ["alias/older"] };
    const to = [{ account: "prod", regions: ["eu-central-1"], bucket: "their-replica", ...EXISTING }];
    const [rule] = resolved({ documents: { from, to } }).buckets;
    expect(rule?.from).toMatchObject({ existing: true, key: { alias: "alias/theirs" } });
    expect(rule?.from.otherKeys).toEqual([
      { account: "111111111111", region: "us-east-2", alias: "alias/older" },
    ]);
    expect(rule?.to[0]).toMatchObject({ bucket: "their-replica", existing: true });
  });

  it("has a role with a name that IAM accepts, and a different one for each bucket", () => {
    const named = (bucket: string) =>
      resolved({
        documents: {
          from: { ...FROM, bucket },
          to: [{ account: "prod", regions: ["eu-central-1"], bucket: "b-replica" }],
        },
      }).buckets[0]?.role ?? "";
    const long = named("a".repeat(63));
    expect(long).toHaveLength(64);
    expect(named(`${"a".repeat(62)}b`)).not.toBe(long);
  });

  it("can share a destination with another rule, and replicate in both directions", () => {
    const back: Rule = {
      from: { account: "prod", region: "eu-central-1", bucket: "acme-documents-222222222222-eu-central-1" },
      to: [{ account: "builder", regions: ["us-east-2"], bucket: "acme-documents" }],
      replicaModifications: true,
    };
    expect(problems({ documents: { ...DOCUMENTS, replicaModifications: true }, back })).toEqual([]);
    const urgent = { ...DOCUMENTS, filter: { prefix: "urgent/" }, deleteMarkers: true };
    expect(problems({ urgent, documents: DOCUMENTS })).toEqual([]);
  });
});

describe("the check of bucket rules", () => {
  it.each<[string, unknown, string, RegExp]>([
    [
      "an unknown account",
      { ...DOCUMENTS, to: [{ account: "prd", regions: ["eu-central-1"] }] },
      "buckets.documents.to[0].account",
      /not a declared account/,
    ],
    [
      "an unknown Region",
      { ...DOCUMENTS, to: [{ account: "prod", regions: ["eu-centrall-1"] }] },
      "buckets.documents.to[0].regions[0]",
      /does not exist/,
    ],
    [
      "a name that no bucket can have",
      { ...DOCUMENTS, from: { ...FROM, bucket: "Acme_Documents" } },
      "buckets.documents.from.bucket",
      /a bucket name: 3 to 63/,
    ],
    [
      "a default name that is too long",
      { ...DOCUMENTS, from: { ...FROM, bucket: "a".repeat(60) } },
      "buckets.documents.to[0].regions[0]",
      /63 characters; name the bucket yourself/,
    ],
    [
      "one name for two Regions",
      {
        ...DOCUMENTS,
        to: [{ account: "prod", regions: ["eu-central-1", "eu-west-1"], bucket: "acme-replica" }],
      },
      "buckets.documents.to[0].bucket",
      /in 2 Regions/,
    ],
    [
      "the source as its destination",
      { ...DOCUMENTS, to: [{ account: "builder", regions: ["us-east-2"], bucket: "acme-documents" }] },
      "buckets.documents.to[0].bucket",
      /the source itself/,
    ],
    [
      "a destination twice",
      { ...DOCUMENTS, to: [...DOCUMENTS.to, ...DOCUMENTS.to] },
      "buckets.documents.to[1].regions[0]",
      /already the destination at buckets.documents.to\[0\]/,
    ],
    [
      "an existing source without its key",
      { ...DOCUMENTS, from: { ...FROM, existing: true } },
      "buckets.documents.from.key",
      /it is missing/,
    ],
    [
      "an existing destination without its name",
      { ...DOCUMENTS, to: [{ account: "prod", regions: ["eu-central-1"], ...EXISTING }] },
      "buckets.documents.to[0].bucket",
      /it is missing/,
    ],
    [
      "a key for a bucket that the foundation creates",
      { ...DOCUMENTS, from: { ...FROM, key: "alias/mine" } },
      "buckets.documents.from.key",
      /leave it out, or set .*existing/,
    ],
    [
      "other keys for a bucket that the foundation creates",
      { ...DOCUMENTS, from: { ...FROM, otherKeys: ["alias/mine"] } },
      "buckets.documents.from.otherKeys",
      /leave it out/,
    ],
    [
      "re-encryption for a bucket whose objects are all under its key",
      { ...DOCUMENTS, existingObjects: "re-encrypt" },
      "buckets.documents.existingObjects",
      /all of its objects are under its key.*from.existing to true/,
    ],
    [
      "delete markers with a tag filter",
      { ...DOCUMENTS, deleteMarkers: true, filter: { tags: { team: "a" } } },
      "buckets.documents.deleteMarkers",
      /have no tags/,
    ],
    [
      "more tags than an object can have",
      {
        ...DOCUMENTS,
        filter: { tags: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, ""])) },
      },
      "buckets.documents.filter.tags",
      /at most 10/,
    ],
    [
      "modifications of replicas if the source has no replicas",
      { ...DOCUMENTS, replicaModifications: true },
      "buckets.documents.replicaModifications",
      /no rule replicates into the source/,
    ],
    ["a reserved tag", { ...DOCUMENTS, tags: { "aws:x": "y" } }, "buckets.documents.tags.aws:x", /reserved/],
    [
      "another partition",
      { ...DOCUMENTS, to: [{ account: "prod", regions: ["cn-north-1"] }] },
      "buckets.documents.to[0].regions[0]",
      /spans the partitions/,
    ],
    [
      "a storage class that S3 does not have",
      { ...DOCUMENTS, to: [{ account: "prod", regions: ["eu-central-1"], storageClass: "COLD" }] },
      "buckets.documents.to[0].storageClass",
      /GLACIER_IR/,
    ],
  ])("reports %s", (_what, rule, path, text) => {
    expect(problems({ documents: rule })).toEqual([{ path, text: expect.stringMatching(text) }]);
  });

  it.each<[string, Partial<Rule["from"]>, RegExp]>([
    ["in another account", { account: "prod" }, /in another account/],
    ["in another Region", { region: "us-east-1" }, /in another Region/],
    ["once as existing", EXISTING, /that the foundation creates, or the reverse/],
  ])("reports one name for two buckets, %s", (_what, change, text) => {
    const other: Rule = {
      from: { ...FROM, ...change },
      to: [{ account: "staging", regions: ["eu-west-1"] }],
    };
    expect(problems({ documents: DOCUMENTS, other })).toEqual([
      { path: "buckets.other.from.region", text: expect.stringMatching(text) },
    ]);
  });

  it("reports rules of one source that treat its existing objects differently", () => {
    const from = { ...FROM, ...EXISTING };
    const other: Rule = { from, to: [{ account: "staging", regions: ["eu-west-1"] }] };
    const documents: Rule = { ...DOCUMENTS, from, existingObjects: "re-encrypt" };
    expect(problems({ documents, other })).toEqual([
      {
        path: "buckets.documents.existingObjects",
        text: expect.stringMatching(/buckets.other replicates .* without re-encryption/),
      },
    ]);
    expect(problems({ documents, other: { ...other, existingObjects: "leave" } })).toEqual([]);
  });

  it("reports the bucket of Terraform's state", () => {
    const state = { bucket: "acme-documents", region: "us-east-2" };
    expect(problems({ documents: DOCUMENTS }, { state })).toEqual([
      { path: "buckets.documents.from", text: expect.stringContaining("Terraform's state") },
    ]);
  });

  it("reports missing rules, and invalid names of rules", () => {
    expect(problems({})).toEqual([
      { path: "buckets", text: expect.stringContaining("no buckets are declared") },
    ]);
    expect(problems({ Documents: DOCUMENTS })).toEqual([
      { path: "buckets.Documents", text: expect.stringContaining("this name cannot be used") },
    ]);
  });

  it("reports all problems together", () => {
    const from = { ...FROM, region: "nowhere", existing: true };
    const found = problems({ documents: { from, to: [{ account: "prd", regions: ["x"] }] } });
    expect(found.map(({ path }) => path)).toEqual([
      "buckets.documents.from.region",
      "buckets.documents.from.key",
      "buckets.documents.to[0].account",
      "buckets.documents.to[0].regions[0]",
    ]);
  });
});
