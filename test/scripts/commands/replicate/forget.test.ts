import { AwsCallError, type DeployerAccess } from "../../../../scripts/aws";
import { forgetBucket } from "../../../../scripts/commands/replicate/forget";
import { EMPTY_LOCK, mergeLock, rememberedBuckets, type Lock } from "../../../../topology";
import { resolveTopology } from "../../../../topology";
import { SRC, TOPOLOGY } from "./lib/fake-buckets";

/** `keyferry replicate forget`: only a retired bucket that is proved not to exist is removed from the lock file. */

const OTHER = resolveTopology({
  name: "acme",
  accounts: { builder: { id: SRC }, prod: { id: "222222222222" } },
  buckets: {
    documents: {
      from: { account: "builder", region: "us-east-2", bucket: "acme-others" },
      to: [{ account: "prod", regions: ["eu-central-1"], bucket: "acme-replicas" }],
    },
  },
});

let lock: Lock;
let asked: string[];
let answer: () => Promise<boolean>;
beforeEach(() => {
  // It was created, and then its rule was removed.
  const made = mergeLock(TOPOLOGY, EMPTY_LOCK).lock;
  const text = JSON.stringify(made, (name, value: unknown) => (name === "unconfirmed" ? undefined : value));
  lock = mergeLock(OTHER, JSON.parse(text) as Lock).lock;
  asked = [];
  answer = () => Promise.resolve(false);
});

const forget = (bucket: string, confirm = true) =>
  forgetBucket(
    {
      locked: mergeLock(OTHER, lock),
      before: lock,
      deployer: {
        bucketReplication: () => ({
          isThere: (name: string) => {
            asked.push(name);
            return answer();
          },
        }),
      } as unknown as DeployerAccess,
      remember: (change) => void (lock = change(lock)),
    },
    bucket,
    () => Promise.resolve(confirm),
  );
const known = () => rememberedBuckets(lock, "acme").map(({ bucket }) => bucket);

test("a retired bucket that does not exist in AWS is removed from the lock file", async () => {
  const { done, refusals } = await forget("acme-documents");
  expect(refusals).toEqual([]);
  expect(done).toEqual(["acme-documents is removed from the lock file"]);
  expect(known()).toEqual(["acme-others", "acme-replicas"]);
});

const denied = () =>
  Promise.reject(
    new AwsCallError(
      { operation: "HeadBucket", account: SRC, region: "us-east-2" },
      { code: "AccessDenied", message: "not authorized", transient: false },
    ),
  );

test.each<[string, string, () => Promise<boolean>, RegExp]>([
  ["that exists", "acme-documents", () => Promise.resolve(true), /it exists in 111111111111 us-east-2/],
  ["whose existence cannot be checked", "acme-documents", denied, /could not check whether it exists/],
  ["that a rule names", "acme-others", () => Promise.resolve(false), /it is active/],
  [
    "that the lock file does not have",
    "acme-document",
    () => Promise.resolve(false),
    /the lock file has no such bucket/,
  ],
])("a bucket %s is not forgotten", async (_what, bucket, there, why) => {
  const before = known();
  answer = there;
  const { done, refusals } = await forget(bucket);
  expect(done).toEqual([]);
  expect(refusals.map(({ what }) => what).join()).toMatch(why);
  expect(known()).toEqual(before);
});

test("a bucket is not forgotten without confirmation, and the command does not offer buckets of rules", async () => {
  expect((await forget("acme-documents", false)).refusals).toMatchObject([{ what: "not confirmed" }]);
  await forget("acme-others");
  expect(asked).toEqual(["acme-documents"]);
  expect(known()).toContain("acme-documents");
});
