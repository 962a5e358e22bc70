import type { ConfigurationError } from "../../../core/errors";
import {
  doubtfulBuckets,
  EMPTY_LOCK,
  lockText,
  mergeLock,
  parseLock,
  rememberedBuckets,
  rememberedKeys,
  resolveTopology,
  withConfirmedBuckets,
  withKey,
  withoutBucket,
  withoutKey,
  type Lock,
  type LockedTopology,
  type TopologyInput,
} from "../../../topology";
import { buckets, BUCKETS } from "../../_helpers/topologies";

type Rules = NonNullable<TopologyInput["buckets"]>;

const COPIES = "acme-copies";
const STAGING = "333333333333";
const { documents, back, archive } = BUCKETS.buckets;

function withRules(rules: Rules, accounts: TopologyInput["accounts"] = BUCKETS.accounts) {
  return resolveTopology({ name: "files", accounts, buckets: rules });
}

/** The topology without the destination of `acme-copies`. */
const WITHOUT_COPIES = withRules({ documents: { ...documents, to: [documents.to[0]] }, back, archive });

function statesOf(lock: Lock): Readonly<Record<string, string>> {
  return Object.fromEntries(rememberedBuckets(lock, "files").map(({ bucket, state }) => [bucket, state]));
}

function find({ accounts }: LockedTopology, name: string) {
  return accounts.flatMap((account) => account.buckets).find(({ bucket }) => bucket === name);
}

/** The lock after everything was deployed. */
function deployed(lock: Lock): Lock {
  return withConfirmedBuckets(lock, "files", rememberedBuckets(lock, "files"));
}

test("only buckets that the foundation creates are recorded, each with its key and its tags", () => {
  const { lock, accounts } = mergeLock(buckets(), EMPTY_LOCK);
  expect(statesOf(lock)).toEqual({
    "acme-documents": "active",
    "acme-logs-111111111111-eu-central-1": "active",
    "acme-documents-222222222222-eu-central-1": "active",
    "acme-documents-222222222222-us-east-2": "active",
    [COPIES]: "active",
  });
  expect(
    rememberedKeys(lock, "files").map(({ accountName, region, purpose }) => [accountName, region, purpose]),
  ).toEqual([
    ["builder", "eu-central-1", "buckets"],
    ["builder", "us-east-2", "buckets"],
    ["prod", "eu-central-1", "buckets"],
    ["prod", "us-east-2", "buckets"],
    ["staging", "eu-central-1", "buckets"],
  ]);
  expect(accounts.map(({ stacks }) => stacks)).toEqual([
    ["foundation-buckets", "foundation-replication"],
    ["foundation-buckets", "foundation-replication"],
    ["foundation-buckets"],
  ]);
  expect(parseLock(lockText(lock), "keyferry.lock.json")).toEqual(lock);
});

test("a bucket that no rule names any more is retired with its key and allows no other account, and is active again when it returns", () => {
  const first = deployed(mergeLock(buckets(), EMPTY_LOCK).lock);
  expect(find(mergeLock(buckets(), first), COPIES)?.replicators).toEqual([
    { account: "111111111111", roleName: "keyferry-files-replicate-acme-documents", deleteMarkers: true },
  ]);
  const without = mergeLock(WITHOUT_COPIES, first);
  expect(find(without, COPIES)).toMatchObject({
    state: "retired",
    replicators: [],
    tags: { team: "documents" },
  });
  const key = without.accounts.find(({ account }) => account.id === STAGING)?.keys[0];
  expect(key).toMatchObject({ state: "retired", declaration: { purpose: "buckets" } });
  expect(key?.declaration.replicaWriters).toBeUndefined();
  const returned = mergeLock(buckets(), without.lock);
  expect(rememberedBuckets(returned.lock, "files")).toEqual(rememberedBuckets(first, "files"));
});

test("an account that leaves the topology keeps its buckets in separate stacks", () => {
  const { builder, prod } = BUCKETS.accounts;
  const first = deployed(mergeLock(buckets(), EMPTY_LOCK).lock);
  const rules = { documents: { ...documents, to: [documents.to[0]] }, back };
  const left = mergeLock(withRules(rules, { builder, prod }), first);
  expect(left.accounts.find(({ account }) => account.id === STAGING)).toMatchObject({
    declared: false,
    buckets: [{ bucket: COPIES, state: "retired" }],
  });
});

test("a bucket is released when rules declare it as existing, or its key was deleted or forgotten", () => {
  const first = deployed(mergeLock(buckets(), EMPTY_LOCK).lock);
  const given = {
    account: "staging",
    regions: ["eu-central-1"],
    bucket: COPIES,
    existing: true,
    key: "alias/theirs",
  };
  const released = mergeLock(
    withRules({ documents: { ...documents, to: [documents.to[0], given] }, back }),
    first,
  );
  expect(find(released, COPIES)).toMatchObject({ state: "released" });
  const key = { account: STAGING, region: "eu-central-1", purpose: "buckets" } as const;
  const deleted = withKey(first, "files", key, { state: "deleted" });
  expect(find(mergeLock(WITHOUT_COPIES, deleted), COPIES)).toMatchObject({ state: "released" });
  const forgotten = withoutKey(mergeLock(WITHOUT_COPIES, first).lock, "files", key);
  expect(find(mergeLock(WITHOUT_COPIES, forgotten), COPIES)).toMatchObject({ state: "released" });
});

test("a bucket that no rule names is in doubt if no deployment was seen to create it", () => {
  const first = mergeLock(buckets(), EMPTY_LOCK).lock;
  expect(doubtfulBuckets(first, "files")).toEqual([]);
  const left = mergeLock(WITHOUT_COPIES, first).lock;
  expect(doubtfulBuckets(left, "files")).toMatchObject([{ bucket: COPIES, account: STAGING }]);
  expect(doubtfulBuckets(mergeLock(WITHOUT_COPIES, deployed(first)).lock, "files")).toEqual([]);
  const [copies] = doubtfulBuckets(left, "files");
  if (copies === undefined) throw new RangeError("nothing is in doubt");
  expect(statesOf(withoutBucket(left, "files", copies))).not.toHaveProperty(COPIES);
});

test("a bucket that was created cannot move, and one that was never created can", () => {
  const first = mergeLock(buckets(), EMPTY_LOCK).lock;
  const moved = withRules({
    documents: {
      ...documents,
      to: [documents.to[0], { account: "staging", regions: ["us-east-2"], bucket: COPIES }],
    },
    back,
  });
  expect(find(mergeLock(moved, first), COPIES)?.region).toBe("us-east-2");
  const problems = () => {
    try {
      mergeLock(moved, deployed(first));
      return [];
    } catch (error) {
      return (error as ConfigurationError).problems;
    }
  };
  expect(problems()).toMatchObject([
    { what: expect.stringContaining(`the foundation created it in ${STAGING} eu-central-1`) },
  ]);
});

test("a bucket keeps Object Lock when it is retired, and never loses it while a rule names it", () => {
  const locked = withRules({
    documents: { ...documents, to: [...documents.to], objectLock: true },
    back: { ...back, to: [...back.to], objectLock: true },
  });
  const first = deployed(mergeLock(locked, EMPTY_LOCK).lock);
  expect(find(mergeLock(locked, first), COPIES)?.objectLock).toBe(true);
  expect(parseLock(lockText(first), "keyferry.lock.json")).toEqual(first);
  const one = { ...documents, to: [documents.to[0]], objectLock: true };
  const without = mergeLock(withRules({ documents: one, back: { ...back, objectLock: true } }), first);
  expect(find(without, COPIES)).toMatchObject({ state: "retired", objectLock: true });
  expect(() => mergeLock(withRules({ documents, back }), first)).toThrow(
    expect.objectContaining({
      problems: expect.arrayContaining([
        expect.objectContaining({
          path: "buckets: acme-documents",
          what: "it has Object Lock, which S3 cannot disable",
        }),
      ]) as unknown,
    }),
  );
  // Nothing of it was ever deployed.
  const undeployed = mergeLock(locked, EMPTY_LOCK).lock;
  expect(find(mergeLock(withRules({ documents, back }), undeployed), COPIES)?.objectLock).toBe(false);
});
