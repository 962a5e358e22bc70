import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { DST, FRANKFURT, refusalOf, SRC, startStage, type Stage } from "./lib/stage";

let stage: Stage;
let back: () => Promise<void>;
beforeAll(async () => {
  stage = await startStage();
  await stage.bucket("state");
  await stage.put(stage.s3(), "state", "a/b");
  back = await stage.prepared();
});
beforeEach(() => back());
afterAll(() => stage.stop());

const DENY = { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::state/*" };
const OPEN = { ...DENY, Effect: "Allow" };
const other = (more: object = {}) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${DST}:root` },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::state/*",
  ...more,
});

test("that denies, denies the account's administrator too", async () => {
  await stage.putPolicy(stage.s3(), "state", DENY);
  expect(await refusalOf(stage.read(stage.s3(), "state", "a/b"))).toBe(
    `AccessDenied: User: arn:aws:iam::${SRC}:user/administrator is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::state/a/b" with an explicit deny in a resource-based policy`,
  );
});

test("whose condition does not match denies nothing", async () => {
  const plain = { Bool: { "aws:SecureTransport": "false" } };
  await stage.putPolicy(stage.s3(), "state", { ...DENY, Condition: plain });
  expect(await stage.read(stage.s3(), "state", "a/b")).toBe("content");
});

test("is returned unchanged, and no longer exists once deleted", async () => {
  await stage.putPolicy(stage.s3(), "state", DENY);
  const { Policy } = await stage.s3().send(new GetBucketPolicyCommand({ Bucket: "state" }));
  expect(JSON.parse(Policy ?? "")).toMatchObject({ Statement: [DENY] });
  await stage.s3().send(new DeleteBucketPolicyCommand({ Bucket: "state" }));
  expect(await refusalOf(stage.s3().send(new GetBucketPolicyCommand({ Bucket: "state" })))).toMatch(
    /^NoSuchBucketPolicy/,
  );
  expect(await stage.read(stage.s3(), "state", "a/b")).toBe("content");
});

test("that is replaced is effective immediately", async () => {
  await stage.putPolicy(stage.s3(), "state", DENY);
  expect(await refusalOf(stage.read(stage.s3(), "state", "a/b"))).toMatch(/^AccessDenied/);
  await stage.putPolicy(stage.s3(), "state", { ...DENY, Resource: "arn:aws:s3:::state/b/*" });
  expect(await stage.read(stage.s3(), "state", "a/b")).toBe("content");
});

describe("another account", () => {
  test("is only told that access is denied, even when the bucket does not exist", async () => {
    const call = (Key: string) => stage.s3(DST).send(new GetObjectCommand({ Bucket: "state", Key }));
    expect(await refusalOf(call("a/b"))).toBe("AccessDenied: Access Denied");
    await stage.putPolicy(stage.s3(), "state", other());
    expect(await refusalOf(call("none"))).toBe("AccessDenied: Access Denied");
  });

  test("can do what the policy allows, and no more", async () => {
    await stage.putPolicy(stage.s3(), "state", other());
    expect(await stage.read(stage.s3(DST), "state", "a/b")).toBe("content");
    expect(await refusalOf(stage.put(stage.s3(DST), "state", "a/b"))).toMatch(/^AccessDenied/);
  });

  test("is told that an object does not exist if it may list the bucket", async () => {
    const list = { Action: "s3:ListBucket", Resource: "arn:aws:s3:::state" };
    await stage.putPolicy(stage.s3(), "state", other(), other(list));
    const call = stage.s3(DST).send(new GetObjectCommand({ Bucket: "state", Key: "none" }));
    expect(await refusalOf(call)).toBe("NoSuchKey: The specified key does not exist.");
  });

  test("can list under the prefix that a condition names, and nowhere else", async () => {
    const under = { StringLike: { "s3:prefix": "a/*" } };
    const list = { Action: "s3:ListBucket", Resource: "arn:aws:s3:::state", Condition: under };
    await stage.putPolicy(stage.s3(), "state", other(list));
    const call = (Prefix: string) =>
      refusalOf(stage.s3(DST).send(new ListObjectsV2Command({ Bucket: "state", Prefix })));
    expect(await call("a/")).toBe("none");
    expect(await call("b/")).toBe("AccessDenied: Access Denied");
  });

  test("whose owner is not the expected one denies the caller", async () => {
    const call = new GetObjectCommand({ Bucket: "state", Key: "a/b", ExpectedBucketOwner: DST });
    expect(await refusalOf(stage.s3().send(call))).toMatch(/^AccessDenied/);
  });
});

describe("a bucket of another Region", () => {
  test("redirects to its own Region", async () => {
    const call = stage.s3(SRC, FRANKFURT).send(new GetObjectCommand({ Bucket: "state", Key: "a/b" }));
    await expect(call).rejects.toMatchObject({
      name: "PermanentRedirect",
      $response: { headers: { "x-amz-bucket-region": "eu-west-1" } },
    });
  });
});

describe("a policy that S3 refuses", () => {
  const text = (Policy: string) =>
    refusalOf(stage.s3().send(new PutBucketPolicyCommand({ Bucket: "state", Policy })));
  const statement = (more: object) => refusalOf(stage.putPolicy(stage.s3(), "state", other(more)));

  test("is not JSON", async () => {
    expect(await text("{")).toBe("MalformedPolicy: This policy contains invalid Json");
  });

  test.each([
    ["a role that does not exist", { AWS: `arn:aws:iam::${DST}:role/none` }],
    ["an account of another partition", { AWS: `arn:aws-us-gov:iam::${DST}:root` }],
    ["an account of ten digits", { AWS: "arn:aws:sts::1234567891:assumed-role/name" }],
    ["a session without its name", { AWS: `arn:aws:sts::${DST}:assumed-role/name` }],
    ["a placeholder", { AWS: `arn:aws:sts::${DST}:assumed-role/<rolename>` }],
  ])("names %s", async (_what, Principal) => {
    expect(await statement({ Principal })).toBe("MalformedPolicy: Invalid principal in policy");
  });

  test("names another bucket", async () => {
    expect(await statement({ Resource: "arn:aws:s3:::other/*" })).toBe(
      "MalformedPolicy: Policy has invalid resource",
    );
  });

  test("names objects where only the bucket applies", async () => {
    const list = { Action: "s3:ListBucket", Resource: "arn:aws:s3:::state/*" };
    expect(await statement(list)).toBe(
      "MalformedPolicy: Action does not apply to any resource(s) in statement",
    );
  });

  test("has an action that is not supported here", async () => {
    const Condition = { StringEquals: { "s3:ExistingObjectTag/team": "web" } };
    expect(await statement({ Condition })).toMatch(/^NotImplemented/);
  });
});

describe("a public policy", () => {
  const unblock = (BlockPublicPolicy: boolean, RestrictPublicBuckets: boolean) =>
    stage.s3().send(
      new PutPublicAccessBlockCommand({
        Bucket: "state",
        PublicAccessBlockConfiguration: { BlockPublicPolicy, RestrictPublicBuckets },
      }),
    );

  test("is blocked in a new bucket", async () => {
    expect(await refusalOf(stage.putPolicy(stage.s3(), "state", OPEN))).toMatch(
      /^AccessDenied: .* because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access\.$/,
    );
  });

  test.each([
    ["an organisation", { StringEquals: { "aws:PrincipalOrgID": "o-1" } }],
    ["roles of one account", { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${DST}:role/runner-*` } }],
  ])("is not public when its condition fixes %s", async (_what, Condition) => {
    expect(await refusalOf(stage.putPolicy(stage.s3(), "state", { ...OPEN, Condition }))).toBe("none");
  });

  test.each([
    ["roles of any account", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/runner" } }],
    ["everyone except one", { StringNotEquals: { "aws:PrincipalAccount": DST } }],
  ])("is public when its condition is %s", async (_what, Condition) => {
    expect(await refusalOf(stage.putPolicy(stage.s3(), "state", { ...OPEN, Condition }))).toMatch(
      /^AccessDenied/,
    );
  });

  test("allows other accounts only when it is not restricted", async () => {
    await unblock(false, true);
    await stage.putPolicy(stage.s3(), "state", OPEN);
    const { PolicyStatus } = await stage.s3().send(new GetBucketPolicyStatusCommand({ Bucket: "state" }));
    expect(PolicyStatus?.IsPublic).toBe(true);
    expect(await refusalOf(stage.read(stage.s3(DST), "state", "a/b"))).toMatch(/^AccessDenied/);
    await unblock(false, false);
    expect(await stage.read(stage.s3(DST), "state", "a/b")).toBe("content");
  });
});
