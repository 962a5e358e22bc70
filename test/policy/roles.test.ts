import { evaluate, type ContextValue } from "@keyferry/evaluator";
import {
  keyPolicy,
  KEY_ROLE_ROWS,
  proofTarget,
  renderPolicy,
  rolePolicy,
  ROLE_ROWS,
  type BucketUseByRole,
  type KeyUseByRole,
} from "../../policy";
import { sessionOf } from "../../policy/proof/call";

const OWNER = "111111111111";
const PARTNER = "222222222222";
const REGION = "eu-west-1";
const KEY = `arn:aws:kms:${REGION}:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const OTHER_KEY = `arn:aws:kms:${REGION}:${OWNER}:key/99999999-12ab-34cd-56ef-1234567890ab`;
const BUCKET = "arn:aws:s3:::acme-documents";
const OBJECT = `${BUCKET}/report.pdf`;
const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

type Context = Readonly<Record<string, ContextValue>>;
interface Call {
  readonly action: string;
  /** @default - the key */
  readonly resource?: string;
  readonly context?: Context;
}

const EC2: Context = { "kms:ViaService": `ec2.${REGION}.amazonaws.com` };
const FOR_AWS: Context = { ...EC2, "kms:GrantIsForAWSResource": "true" };
const S3: Context = {
  "kms:ViaService": `s3.${REGION}.amazonaws.com`,
  "kms:EncryptionContext:aws:s3:arn": BUCKET,
};
const S3_WITHOUT_BUCKET_KEY: Context = { ...S3, "kms:EncryptionContext:aws:s3:arn": OBJECT };

/** Every call that a grant is for, and similar calls. */
const CALLS: Readonly<Record<string, Call>> = {
  decrypt: { action: "kms:Decrypt" },
  "decrypt under another key": { action: "kms:Decrypt", resource: OTHER_KEY },
  encrypt: { action: "kms:Encrypt" },
  "make a data key": { action: "kms:GenerateDataKey" },
  "describe the key": { action: "kms:DescribeKey" },
  "make a grant directly": { action: "kms:CreateGrant", context: EC2 },
  "make a grant for EBS": { action: "kms:CreateGrant", context: FOR_AWS },
  "decrypt through EC2": { action: "kms:Decrypt", context: EC2 },
  "re-encrypt through EC2": { action: "kms:ReEncryptFrom", context: EC2 },
  "re-encrypt through EC2 of another Region": {
    action: "kms:ReEncryptFrom",
    context: { "kms:ViaService": "ec2.us-east-1.amazonaws.com" },
  },
  "decrypt through S3": { action: "kms:Decrypt", context: S3 },
  "decrypt through S3 without a bucket key": { action: "kms:Decrypt", context: S3_WITHOUT_BUCKET_KEY },
  "decrypt through S3 in another bucket": {
    action: "kms:Decrypt",
    context: { ...S3, "kms:EncryptionContext:aws:s3:arn": `${BUCKET}-2` },
  },
  "make a data key through S3": { action: "kms:GenerateDataKey", context: S3 },
  "change the key's policy": { action: "kms:PutKeyPolicy" },
  "list objects": { action: "s3:ListBucket", resource: BUCKET },
  "read an object": { action: "s3:GetObject", resource: OBJECT },
  "read an object of another bucket": { action: "s3:GetObject", resource: `${BUCKET}-2/report.pdf` },
  "write an object": { action: "s3:PutObject", resource: OBJECT },
  "delete an object": { action: "s3:DeleteObject", resource: OBJECT },
  "delete a version": { action: "s3:DeleteObjectVersion", resource: OBJECT },
};

function allowedCalls(account: string, identity: object, resource?: object): readonly string[] {
  return Object.entries(CALLS)
    .filter(
      ([, call]) =>
        evaluate(
          {
            action: call.action,
            resource: call.resource ?? KEY,
            resourceAccount: OWNER,
            principal: sessionOf("aws", account, "app"),
            context: {
              "aws:RequestedRegion": REGION,
              "aws:SecureTransport": "true",
              "kms:CallerAccount": account,
              ...call.context,
            },
          },
          {
            identity: [{ name: "role", document: identity }],
            ...(resource === undefined ? {} : { resource: { name: "key", document: resource } }),
          },
        ).allowed,
    )
    .map(([name]) => name);
}

const keyDocument = (...uses: readonly KeyUseByRole[]) =>
  renderPolicy(
    keyPolicy({
      ...{ partition: "aws", account: OWNER, region: REGION, copiers: [], launches: false },
      roles: uses.map((use) => ({ account: PARTNER, roleArn: `arn:aws:iam::${PARTNER}:role/app`, use })),
    }),
    proofTarget,
  );

const ofKey = (...uses: readonly KeyUseByRole[]) =>
  renderPolicy(
    rolePolicy({ keys: uses.map((use) => ({ keyArn: KEY, region: REGION, use })), buckets: [] }),
    proofTarget,
  );

const OF_KEYS: readonly (readonly [KeyUseByRole, readonly string[]])[] = [
  ["decrypt", ["decrypt", "decrypt through EC2", "decrypt through S3"]],
  ["encrypt", ["encrypt", "make a data key", "make a data key through S3"]],
  ["ebs", ["describe the key", "make a grant for EBS", "decrypt through EC2", "re-encrypt through EC2"]],
];

/** A permission to decrypt without conditions also covers these calls through S3. */
const anyDecrypt = (calls: readonly string[]) =>
  calls.includes("decrypt")
    ? [...calls, "decrypt through S3 without a bucket key", "decrypt through S3 in another bucket"]
    : calls;
const sorted = (names: readonly string[]) => [...names].sort();

describe.each(OF_KEYS)("a role that is granted %s on a key", (use, calls) => {
  const meant = sorted(anyDecrypt(calls));

  test("in the key's account may do only that, with its own policy", () => {
    expect(sorted(allowedCalls(OWNER, ofKey(use), keyDocument()))).toEqual(meant);
  });

  test("in another account needs both halves of the permission", () => {
    expect(sorted(allowedCalls(PARTNER, ofKey(use), keyDocument(use)))).toEqual(meant);
    expect(allowedCalls(PARTNER, ofKey(use), keyDocument())).toEqual([]);
    expect(
      sorted(
        allowedCalls(PARTNER, EVERYTHING, keyDocument(use)).filter(
          (name) => !/object|another key/.test(name),
        ),
      ),
    ).toEqual(meant);
    expect(allowedCalls("333333333333", ofKey(use), keyDocument(use))).toEqual([]);
  });
});

const OF_BUCKETS: readonly (readonly [BucketUseByRole, readonly string[]])[] = [
  [
    "read",
    ["list objects", "read an object", "decrypt through S3", "decrypt through S3 without a bucket key"],
  ],
  [
    "put",
    [
      "write an object",
      "decrypt through S3",
      "decrypt through S3 without a bucket key",
      "make a data key through S3",
    ],
  ],
  ["delete", ["delete an object"]],
];

test.each(OF_BUCKETS)("a role that is granted %s on a bucket may do only that", (use, calls) => {
  const document = renderPolicy(
    rolePolicy({ keys: [], buckets: [{ bucketArn: BUCKET, keyArn: KEY, region: REGION, use }] }),
    proofTarget,
  );
  const key = keyDocument();
  const onKeys = allowedCalls(OWNER, document, key);
  const onObjects = allowedCalls(OWNER, document).filter((name) => /object|version/.test(name));
  expect(sorted([...new Set([...onKeys, ...onObjects])])).toEqual(sorted(calls));
});

test("every row has a reason and a source, and names resources by ARN", () => {
  for (const row of [...ROLE_ROWS, ...KEY_ROLE_ROWS]) {
    expect(row.why.length).toBeGreaterThan(20);
    expect(row.source.length).toBeGreaterThan(5);
  }
  const all = rolePolicy({
    keys: (["decrypt", "encrypt", "ebs"] as const).map((use) => ({ keyArn: KEY, region: REGION, use })),
    buckets: (["read", "put", "delete"] as const).map((use) => ({
      ...{ bucketArn: BUCKET, keyArn: KEY, region: REGION, use },
    })),
  });
  expect(all.map(({ sid }) => sid)).toEqual(ROLE_ROWS.map(({ id }) => id));
  expect(all.flatMap(({ resources = [] }) => resources)).not.toContain("*");
});
