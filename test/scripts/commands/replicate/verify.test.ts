import { compareListings } from "../../../../scripts/commands/replicate/compare-listings";
import { verifyReplicas, type VerifiedSoFar } from "../../../../scripts/commands/replicate/verify";
import type { ListedVersion } from "../../../../scripts/aws";
import type { ReplicaProblem } from "../../../../scripts/engine/results";
import { FakeBuckets, keyArnOf, SRC, TOPOLOGY } from "./lib/fake-buckets";

/** `keyferry replicate verify`: every current object and its replica. */

let buckets: FakeBuckets;
let problems: ReplicaProblem[];
let pages: VerifiedSoFar[];
beforeEach(() => {
  buckets = new FakeBuckets();
  problems = [];
  pages = [];
});

const run = (more: object = {}) =>
  verifyReplicas({
    topology: TOPOLOGY,
    aws: buckets.access(),
    verified: (_rule, soFar) => void pages.push(soFar),
    found: (problem) => void problems.push(problem),
    ...more,
  });

test("objects with correct replicas are verified, and no content is read", async () => {
  for (const key of ["a", "b", "ü", "z"]) buckets.put(key, "replicated", { tags: { team: "web" } });
  expect(await run()).toMatchObject([
    { rule: "documents", objects: 4, verified: 4, problems: 0, waiting: 0 },
  ]);
  expect(problems).toEqual([]);
});

test("without tags it makes two calls for each object, and two list calls", async () => {
  buckets.put("a", "replicated");
  buckets.put("b", "replicated");
  await run();
  expect(Object.fromEntries(buckets.calls)).toEqual({ list: 2, head: 4 });
});

test.each([
  ["size", { size: 3 }, "3 bytes instead of 7"],
  ["tags", { tags: { team: "other" } }, "team=other instead of no tags"],
  ["owner", { owner: "source-owner" }, "source-owner instead of the bucket's owner target-owner"],
  ["key", { keyArn: keyArnOf("alias/other", SRC) }, "instead of arn:aws:kms:eu-central-1"],
  ["status", { replicationStatus: "COMPLETED" }, "COMPLETED instead of REPLICA"],
  ["missing", { version: "another" }, "its status is COMPLETED"],
] as const)("a replica with another %s is reported", async (problem, changed, what) => {
  buckets.put("a", { version: "v-a", ...changed }, { replicationStatus: "COMPLETED" });
  const [result] = await run();
  expect(problems).toMatchObject([{ rule: "documents", key: "a", version: "v-a", problem }]);
  expect(problems[0]?.what).toContain(what);
  expect(result).toMatchObject({ objects: 1, verified: 0, problems: 1, examples: problems });
});

test("ETags are compared if they are the MD5 of the content, and not for multipart uploads or with a KMS key", async () => {
  buckets.put("keyed", { version: "v-keyed", etag: '"other"' });
  buckets.put(
    "plain",
    { version: "v-plain", etag: '"other"', encryption: "AES256" },
    { encryption: "AES256" },
  );
  buckets.put(
    "parts",
    { version: "v-parts", etag: '"other"', encryption: "AES256" },
    { encryption: "AES256", etag: '"e-2"' },
  );
  await run();
  expect(problems.filter(({ problem }) => problem === "etag").map(({ key }) => key)).toEqual(["plain"]);
});

describe("an object under a customer-provided key (SSE-C)", () => {
  const kept = { customerKey: true, tags: { team: "web" } };

  test("has a replica under that key instead of the destination's key, which is reported", async () => {
    buckets.put("a", "replicated", kept);
    expect(await run()).toMatchObject([{ objects: 1, verified: 0, problems: 1 }]);
    expect(problems.map(({ problem }) => problem)).toEqual(["key"]);
    expect(problems[0]?.what).toMatch(
      /^a key that its writer provided \(SSE-C\), like its source: .* instead of arn:aws:kms:eu-central-1/,
    );
  });

  test("is compared by listings and tags", async () => {
    buckets.put("a", { version: "v-a", ...kept, size: 3, tags: {} }, kept);
    await run();
    expect(problems.map(({ problem }) => problem)).toEqual(["size", "tags", "key"]);
  });

  test("waits if the destination accepts SSE-C, and is missing if it blocks SSE-C", async () => {
    buckets.put("a", "missing", kept);
    buckets.destinationDefault = { ...buckets.destinationDefault, takesCustomerKeys: true };
    expect(await run()).toMatchObject([{ waiting: 1, problems: 0 }]);
    buckets.destinationDefault = { algorithm: "aws:kms", bucketKey: true };
    expect(await run()).toMatchObject([{ waiting: 0, problems: 1 }]);
    expect(problems).toMatchObject([{ problem: "missing" }]);
    expect(problems[0]?.what).toContain("(SSE-C), which acme-replicas blocks");
  });
});

test("pending and pre-existing objects wait; failed objects and deleted replicas are problems", async () => {
  buckets.put("on-its-way", "missing", { replicationStatus: "PENDING" });
  buckets.put("before", "missing");
  buckets.put("failed", "missing", { replicationStatus: "FAILED" });
  buckets.put("gone", "missing", { replicationStatus: "COMPLETED" });
  expect(await run()).toMatchObject([{ objects: 4, waiting: 2, problems: 2 }]);
  expect(problems.map(({ key }) => key)).toEqual(["failed", "gone"]);
});

test("an interruption after any page continues from there, with the same result", async () => {
  const keys = ["a", "b", "c", "d", "e", "f", "g"];
  for (const key of keys) buckets.put(key, key === "e" ? { version: "v-e", size: 1 } : "replicated");
  const [whole] = await run();
  const count = pages.length;
  for (let stop = 1; stop < count; stop++) {
    let reached: VerifiedSoFar | undefined;
    let looked = 0;
    const found: string[] = [];
    const note = (_rule: string, soFar: VerifiedSoFar) => {
      reached = soFar;
      looked += 1;
      if (looked === stop) throw new Error("interrupted");
    };
    const tell = ({ key }: ReplicaProblem) => void found.push(key);
    await expect(run({ verified: note, found: tell })).rejects.toThrow("interrupted");
    const resumed = { "documents.acme-replicas": reached as VerifiedSoFar };
    const [result] = await run({ resumed, found: tell });
    expect(result).toMatchObject({ objects: 7, verified: 6, problems: 1 });
    expect(found).toEqual(["e"]);
  }
  expect(whole).toMatchObject({ objects: 7, verified: 6, problems: 1 });
});

const listed = (key: string, version: string, more: Partial<ListedVersion> = {}): ListedVersion => ({
  ...{ key, version, isLatest: true, isDeleteMarker: false, size: 0, etag: "" },
  ...more,
});
async function* inPages(
  all: readonly ListedVersion[],
  size: number,
): AsyncIterable<readonly ListedVersion[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
  await Promise.resolve();
}

test.each([1, 2, 3, 100])("listings are compared with any page size: %d", async (size) => {
  const older = { isLatest: false };
  const source = [
    listed("a", "2"),
    listed("a", "1", older),
    listed("b", "1"),
    listed("c", "1", { isDeleteMarker: true }),
    listed("\u{ffff}", "1"),
    listed("\u{1f600}", "1"),
  ];
  const destination = [
    listed("a", "3"),
    listed("a", "2", older),
    listed("aa", "9"),
    listed("c", "1", { isDeleteMarker: true }),
    listed("\u{1f600}", "1"),
    listed("\u{1f600}x", "1"),
  ];
  const found: (readonly [string, boolean])[] = [];
  for await (const page of compareListings(inPages(source, size), inPages(destination, size + 1)))
    for (const { object, replica } of page) found.push([object.key, replica !== undefined]);
  expect(found).toEqual([
    ["a", true],
    ["b", false],
    ["\u{ffff}", false],
    ["\u{1f600}", true],
  ]);
});
