import fc from "../../_helpers/fast-check";
import { BUILDER, PROD, type Edit } from "../estate";
import { PULL_REQUESTS } from "../pull-requests";

const OUTSIDER = "999999999999";
const RUNNER = `arn:aws:iam::${PROD}:role/runner`;
const KEY = "/builder/resource/aws_kms_key/data/policy/Statement";
const BUCKET = "/builder/resource/aws_s3_bucket_policy/documents/policy/Statement";
const OWN = "/prod/resource/aws_iam_role_policy/runner/policy/Statement";
const TRUST = "/prod/resource/aws_iam_role/runner/assume_role_policy/Statement";
const GRANTS = "/builder/resource/aws_kms_grant";
const KEY_ARN = "${data.terraform_remote_state.cross-stack-reference-input-builder.outputs.key-arn}";

const effect = fc.constantFrom("Allow", "Allow", "Deny");
const principal = fc.constantFrom<unknown>(
  "*",
  { AWS: [`arn:aws:iam::${PROD}:root`] },
  { AWS: [OUTSIDER] },
  { AWS: [RUNNER] },
  { AWS: [BUILDER, `arn:aws:iam::${OUTSIDER}:root`] },
);
const some = (...actions: readonly string[]) => fc.subarray([...actions], { minLength: 1, maxLength: 3 });
const ofKeys = fc.oneof(
  some("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:CreateGrant"),
  some("kms:PutKeyPolicy", "kms:Get*", "kms:List*", "kms:ScheduleKeyDeletion", "kms:*"),
);
const condition = fc.constantFrom<object | undefined>(
  undefined,
  { StringEquals: { "kms:ViaService": ["ec2.eu-west-1.amazonaws.com", "rds.eu-west-1.amazonaws.com"] } },
  { StringNotEquals: { "kms:ViaService": ["ec2.eu-west-1.amazonaws.com"] } },
  { StringEqualsIfExists: { "kms:ViaService": ["s3.eu-west-1.amazonaws.com"] } },
  { StringEquals: { "kms:EncryptionContext:team": ["red"] } },
  { StringNotEquals: { "kms:EncryptionContext:team": ["blue"] } },
  { StringEquals: { "aws:PrincipalAccount": [PROD] } },
  { ArnLike: { "aws:PrincipalArn": [`arn:aws:iam::${PROD}:role/run*`] } },
  { ArnNotLike: { "aws:PrincipalArn": [RUNNER] } },
  { StringEquals: { "aws:PrincipalTag/team": ["red"] } },
  { Null: { "aws:PrincipalTag/team": ["true"] } },
);

const statement = (parts: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .record({ Effect: effect, Condition: condition, ...parts })
    .map(({ Condition, ...rest }) => (Condition === undefined ? rest : { ...rest, Condition }));

const added = (place: string, made: fc.Arbitrary<object>) => made.map((one): Edit[] => [[`${place}/-`, one]]);

const ofObjects = statement({
  Principal: principal,
  Action: some("s3:GetObject", "s3:PutObject", "s3:GetObjectTagging", "s3:*"),
  Resource: fc.constant(["arn:aws:s3:::acme-documents/*"]),
});
const ofBuckets = statement({
  Principal: principal,
  Action: some("s3:ListBucket", "s3:GetBucketLocation", "s3:Get*"),
  Resource: fc.constant(["arn:aws:s3:::acme-documents", "arn:aws:s3:::acme-documents/*"]),
});

const grant = fc
  .record({
    grantee: fc.constantFrom(RUNNER, `arn:aws:iam::${OUTSIDER}:role/partner`),
    operations: fc.subarray(["Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey"], { minLength: 1 }),
    constraints: fc.constantFrom<object>(
      {},
      { constraints: [{ encryption_context_equals: { team: "red" } }] },
      { constraints: [{ encryption_context_subset: { team: "blue" } }] },
    ),
  })
  .map(({ grantee, operations, constraints }): Edit[] => [
    [
      `${GRANTS}/more`,
      {
        provider: "aws.eu-west-1",
        name: "more",
        key_id: "${aws_kms_key.data.arn}",
        grantee_principal: grantee,
        operations,
        ...constraints,
      },
    ],
  ]);

/** Changes of values in policies and grants. Without users, because FakeMoto has none. */
const written = PULL_REQUESTS.filter(
  ({ name }) =>
    /principal|condition|Allow|Deny|grant|role that|bucket policy/.test(name) &&
    !/user|more conditions|organization|AWS refuses/.test(name),
);

/** Edits of key, bucket, role and trust policies and of grants, which can be applied one after the other. */
export const anyEdits: fc.Arbitrary<readonly Edit[]> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...written).map(({ edits }) => edits),
      added(KEY, statement({ Principal: principal, Action: ofKeys, Resource: fc.constant(["*"]) })),
      fc.integer({ min: 0, max: 2 }).map((index): Edit[] => [[`${KEY}/${index}`]]),
      added(OWN, statement({ Action: ofKeys, Resource: fc.constantFrom([KEY_ARN], ["*"]) })),
      added(BUCKET, fc.oneof(ofObjects, ofBuckets)),
      added(
        TRUST,
        statement({
          Principal: principal,
          Action: fc.constant(["sts:AssumeRole"]),
          Condition: fc.constantFrom<object | undefined>(undefined, {
            StringEquals: { "sts:ExternalId": ["agreed"] },
          }),
        }),
      ),
      grant,
      fc.constant<Edit[]>([[`${GRANTS}/launch`]]),
      fc
        .boolean()
        .map((isOn): Edit[] => [
          ["/builder/resource/aws_s3_bucket_public_access_block/documents/restrict_public_buckets", isOn],
        ]),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((lists) => inOrder(lists.flat()));

/** Sorts edits that remove a statement to the end, last statement first, so that indexes stay valid. */
function inOrder(edits: readonly Edit[]): readonly Edit[] {
  const isRemoval = ([pointer, value]: Edit) => value === undefined && /\/\d+$/.test(pointer);
  const removed = new Set(edits.filter(isRemoval).map(([pointer]) => pointer));
  return [
    ...edits.filter((edit) => !isRemoval(edit)),
    ...[...removed]
      .sort()
      .reverse()
      .map((pointer): Edit => [pointer]),
  ];
}
