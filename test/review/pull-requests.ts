import type { CopyPlanEdit } from "./copy-plan";
import { BUILDER, COPIES, PROD, type Edit } from "./estate";

/** A pull request as data: what it changes in the stacks, and the findings of the review. */
export interface PullRequest {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** What it changes in the copy jobs; `unlisted`: its synthesis does not list them. @default - nothing */
  readonly copies?: readonly Edit[] | "unlisted";
  /** What the next run would copy before and after. @default - there are no plans */
  readonly copyPlans?: readonly [CopyPlanEdit, CopyPlanEdit];
  /** `rule: message`, in the order in which they are reported. */
  readonly findings: readonly string[];
}

const KEY = "/builder/resource/aws_kms_key/data";
const STATEMENTS = `${KEY}/policy/Statement`;
const BUCKET = "/builder/resource/aws_s3_bucket_policy/documents/policy/Statement";
const RUNNER = "/prod/resource/aws_iam_role_policy/runner/policy/Statement";
const OIDC = "/prod/resource/aws_iam_role/deploy/assume_role_policy/Statement/0";
const GRANT = "/builder/resource/aws_kms_grant/launch";
const OUTSIDER = "999999999999";
const slr = (account: string) =>
  `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
const allow = (Principal: unknown, ...Action: readonly string[]) => ({
  Effect: "Allow",
  Principal,
  Action,
  Resource: ["*"],
});

export const PULL_REQUESTS: readonly PullRequest[] = [
  { name: "changes nothing", edits: [], findings: [] },
  {
    name: "a principal widened to another account",
    edits: [[`${STATEMENTS}/1/Principal/AWS/-`, OUTSIDER], [`${STATEMENTS}/2`]],
    findings: [
      "opened-outside: account 999999999999 gains kms:Decrypt, kms:DescribeKey on key alias/data in 111111111111 eu-west-1, with kms:ViaService ec2.eu-west-1.amazonaws.com",
    ],
  },
  {
    name: "a principal that is added but still denied",
    edits: [
      [`${STATEMENTS}/1/Principal/AWS/-`, OUTSIDER],
      [`${STATEMENTS}/1/Action`, ["kms:Decrypt"]],
    ],
    findings: [
      "right-lost: account 222222222222 loses kms:DescribeKey on key alias/data in 111111111111 eu-west-1, with kms:ViaService ec2.eu-west-1.amazonaws.com",
    ],
  },
  {
    name: "a removed condition",
    edits: [[`${STATEMENTS}/1/Condition`]],
    findings: [
      "right-gained: account 222222222222 gains kms:Decrypt, kms:DescribeKey on key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "a condition that became IfExists",
    edits: [
      [
        `${STATEMENTS}/1/Condition`,
        { StringEqualsIfExists: { "kms:ViaService": ["ec2.eu-west-1.amazonaws.com"] } },
      ],
    ],
    findings: [
      "right-gained: account 222222222222 gains kms:Decrypt, kms:DescribeKey on key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "a condition with another service",
    edits: [[`${STATEMENTS}/1/Condition/StringEquals/kms:ViaService`, ["s3.eu-west-1.amazonaws.com"]]],
    findings: [
      "right-gained: account 222222222222 gains kms:Decrypt, kms:DescribeKey on key alias/data in 111111111111 eu-west-1, with kms:ViaService s3.eu-west-1.amazonaws.com",
      "right-lost: account 222222222222 loses kms:Decrypt, kms:DescribeKey on key alias/data in 111111111111 eu-west-1, with kms:ViaService ec2.eu-west-1.amazonaws.com",
    ],
  },
  {
    name: "a condition with a wildcard",
    edits: [
      [`${STATEMENTS}/1/Condition`, { StringLike: { "kms:ViaService": ["*.eu-west-1.amazonaws.com"] } }],
    ],
    findings: [
      "right-gained: account 222222222222 gains kms:Decrypt, kms:DescribeKey on key alias/data in 111111111111 eu-west-1, with kms:ViaService any.eu-west-1.amazonaws.com",
    ],
  },
  {
    name: "a Deny whose list became NotPrincipal",
    edits: [
      [
        `${STATEMENTS}/2`,
        {
          Effect: "Deny",
          NotPrincipal: { AWS: [`arn:aws:iam::${BUILDER}:root`] },
          Action: ["kms:Decrypt"],
          Resource: ["*"],
        },
      ],
    ],
    findings: [
      "right-lost: account 111111111111 loses kms:Decrypt on key alias/data in 111111111111 eu-west-1",
      "right-lost: account 222222222222 loses kms:Decrypt on key alias/data in 111111111111 eu-west-1, with kms:ViaService ec2.eu-west-1.amazonaws.com",
    ],
  },
  {
    name: "an Allow with NotPrincipal, which AWS refuses",
    edits: [
      [
        `${STATEMENTS}/-`,
        { Effect: "Allow", NotPrincipal: { AWS: [PROD] }, Action: ["kms:Decrypt"], Resource: ["*"] },
      ],
    ],
    findings: [
      "unreadable-policy: key policy of key alias/data in 111111111111 eu-west-1 cannot be read: AWS would refuse it: Statement[3].NotPrincipal is supported with Deny only",
    ],
  },
  {
    name: "an Allow added in a second statement with an existing Sid",
    edits: [[`${STATEMENTS}/-`, { Sid: "ProdUses2", ...allow({ AWS: ["*"] }, "kms:Encrypt") }]],
    findings: [
      "opened-to-everybody: everybody gains kms:Encrypt on key alias/data in 111111111111 eu-west-1",
    ],
  },
  { name: "a removed Deny that had no effect", edits: [[`${STATEMENTS}/2`]], findings: [] },
  {
    name: "a removed Deny that overrode an Allow",
    edits: [[`${STATEMENTS}/2`], [`${STATEMENTS}/-`, allow({ AWS: ["*"] }, "kms:Decrypt")]],
    findings: [
      "opened-to-everybody: everybody gains kms:Decrypt on key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "an alias re-pointed",
    edits: [["/builder/resource/aws_kms_alias/data/target_key_id", "${aws_kms_key.spare.key_id}"]],
    findings: [
      "alias-repointed: alias/data in 111111111111 eu-west-1 points to key alias/spare in 111111111111 eu-west-1, previously to key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "a key renamed in the code, without a moved block",
    edits: [
      [
        "/builder/resource/aws_kms_key/renamed",
        {
          provider: "aws.eu-west-1",
          enable_key_rotation: true,
          policy: { Version: "2012-10-17", Statement: [allow({ AWS: [BUILDER] }, "kms:*")] },
        },
      ],
      ["/builder/resource/aws_kms_key/spare"],
      ["/builder/resource/aws_kms_alias/spare/target_key_id", "${aws_kms_key.renamed.key_id}"],
      [
        "/builder/resource/aws_s3_bucket_replication_configuration/documents/rule/0/destination/encryption_configuration/replica_kms_key_id",
        "${aws_kms_key.renamed.arn}",
      ],
    ],
    findings: [
      "key-replaced: key alias/spare in 111111111111 eu-west-1 is replaced by another key: its address becomes builder: aws_kms_key.renamed, without a moved block",
    ],
  },
  {
    name: "a key renamed in the code, with a moved block",
    edits: [
      [
        "/builder/resource/aws_kms_key/renamed",
        {
          provider: "aws.eu-west-1",
          enable_key_rotation: true,
          policy: { Version: "2012-10-17", Statement: [allow({ AWS: [BUILDER] }, "kms:*")] },
        },
      ],
      ["/builder/resource/aws_kms_key/spare"],
      ["/builder/resource/aws_kms_alias/spare/target_key_id", "${aws_kms_key.renamed.key_id}"],
      [
        "/builder/resource/aws_s3_bucket_replication_configuration/documents/rule/0/destination/encryption_configuration/replica_kms_key_id",
        "${aws_kms_key.renamed.arn}",
      ],
      ["/builder/moved", [{ from: "aws_kms_key.spare", to: "aws_kms_key.renamed" }]],
    ],
    findings: [],
  },
  {
    name: "an alias renamed on the same key",
    edits: [["/builder/resource/aws_kms_alias/data/name", "alias/app-data"]],
    findings: [
      "alias-repointed: alias/data in 111111111111 eu-west-1 is removed; it pointed to key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "a key destroyed",
    edits: [
      ["/builder/resource/aws_kms_key/spare"],
      ["/builder/resource/aws_kms_alias/spare"],
      [
        "/builder/resource/aws_s3_bucket_replication_configuration/documents/rule/0/destination/encryption_configuration/replica_kms_key_id",
        "${aws_kms_key.data.arn}",
      ],
    ],
    findings: [
      "key-destroyed: key alias/spare in 111111111111 eu-west-1 is destroyed: after 30 days data encrypted under it can no longer be read",
      "alias-repointed: alias/spare in 111111111111 eu-west-1 is removed; it pointed to key alias/spare in 111111111111 eu-west-1",
      "replication-changed: objects of bucket acme-documents in 111111111111 are replicated to arn:aws:s3:::acme-copies, under key alias/data in 111111111111 eu-west-1, previously to arn:aws:s3:::acme-copies, under key alias/spare in 111111111111 eu-west-1 (rule to-prod)",
    ],
  },
  {
    name: "a key that leaves Terraform and stays",
    edits: [
      ["/builder/resource/aws_kms_key/spare"],
      ["/builder/resource/aws_kms_alias/spare"],
      [
        "/builder/resource/aws_s3_bucket_replication_configuration/documents/rule/0/destination/encryption_configuration",
      ],
      [
        "/builder/removed",
        [
          { from: "aws_kms_key.spare", lifecycle: { destroy: false } },
          { from: "aws_kms_alias.spare", lifecycle: { destroy: false } },
        ],
      ],
    ],
    findings: [
      "key-released: key alias/spare in 111111111111 eu-west-1 leaves Terraform and stays in AWS; its policy is no longer managed",
      "replication-changed: objects of bucket acme-documents in 111111111111 are replicated to arn:aws:s3:::acme-copies, previously to arn:aws:s3:::acme-copies, under key alias/spare in 111111111111 eu-west-1 (rule to-prod)",
    ],
  },
  {
    name: "a key disabled",
    edits: [[`${KEY}/is_enabled`, false]],
    findings: [
      "key-disabled: key alias/data in 111111111111 eu-west-1 is disabled: data encrypted under it cannot be read until it is enabled",
    ],
  },
  {
    name: "a key that becomes a multi-Region key",
    edits: [[`${KEY}/multi_region`, true]],
    findings: [
      "key-replaced: key alias/data in 111111111111 eu-west-1 is replaced by another key: it becomes a multi-Region key",
    ],
  },
  {
    name: "a key left without an administrator",
    edits: [[`${STATEMENTS}/0/Action`, ["kms:Decrypt"]]],
    findings: [
      "key-without-administrator: key alias/data in 111111111111 eu-west-1 is left without a principal that may change its policy",
      "right-lost: account 111111111111 loses every action but kms:Decrypt on key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "rotation off",
    edits: [[`${KEY}/enable_key_rotation`, false]],
    findings: ["rotation-off: key alias/data in 111111111111 eu-west-1 is no longer rotated"],
  },
  {
    name: "a longer rotation period",
    edits: [[`${KEY}/rotation_period_in_days`, 2560]],
    findings: [
      "rotation-period: key alias/data in 111111111111 eu-west-1 is rotated every 2560 days, previously every 365",
    ],
  },
  {
    name: "a shorter deletion window",
    edits: [[`${KEY}/deletion_window_in_days`, 7]],
    findings: [
      "deletion-window-shortened: the deletion of key alias/data in 111111111111 eu-west-1 can be cancelled for 7 days, previously for 30",
    ],
  },
  {
    name: "a grant for a service-linked role of a new account",
    edits: [
      [
        "/builder/resource/aws_kms_grant/other",
        {
          provider: "aws.eu-west-1",
          name: "other",
          key_id: "${aws_kms_key.data.arn}",
          grantee_principal: slr(OUTSIDER),
          operations: ["Decrypt"],
        },
      ],
    ],
    findings: [
      "grant-outside: arn:aws:iam::999999999999:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling gains Decrypt on key alias/data in 111111111111 eu-west-1 by a grant",
    ],
  },
  {
    name: "a grant removed",
    edits: [[GRANT]],
    findings: [
      "grant-removed: arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling loses CreateGrant, Decrypt on key alias/data in 111111111111 eu-west-1 by a grant",
    ],
  },
  {
    name: "a grant with one more operation",
    edits: [[`${GRANT}/operations/-`, "GenerateDataKey"]],
    findings: [
      "grant-added: arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling gains CreateGrant, Decrypt, GenerateDataKey on key alias/data in 111111111111 eu-west-1 by a grant",
    ],
  },
  {
    name: "a bucket policy for everybody, behind Block Public Access",
    edits: [[`${BUCKET}/0/Principal`, "*"]],
    findings: [
      "right-lost: account 222222222222 loses s3:GetObject on objects in bucket acme-documents in 111111111111",
    ],
  },
  {
    name: "a second statement for everybody, with which Block Public Access removes the access of the first one",
    edits: [
      [`${BUCKET}/-`, { ...allow("*", "s3:GetObjectTagging"), Resource: ["arn:aws:s3:::acme-documents/*"] }],
    ],
    findings: [
      "right-lost: account 222222222222 loses s3:GetObject on objects in bucket acme-documents in 111111111111",
    ],
  },
  {
    name: "a bucket policy for everybody, with Block Public Access off",
    edits: [
      [`${BUCKET}/0/Principal`, "*"],
      ["/builder/resource/aws_s3_bucket_public_access_block/documents/restrict_public_buckets", false],
    ],
    findings: [
      "opened-to-everybody: everybody gains s3:GetObject on objects in bucket acme-documents in 111111111111",
      "public-access-block-off: S3 Block Public Access of bucket acme-documents in 111111111111 is switched off: restrict_public_buckets",
    ],
  },
  {
    name: "a bucket policy for an organization",
    edits: [
      [
        `${BUCKET}/-`,
        {
          ...allow({ AWS: ["*"] }, "s3:ListBucket"),
          Resource: ["arn:aws:s3:::acme-documents"],
          Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-acme"] } },
        },
      ],
    ],
    findings: [
      "opened-outside: every account of organization o-acme gains s3:ListBucket on bucket acme-documents in 111111111111, with aws:PrincipalOrgID o-acme",
    ],
  },
  {
    name: "a bucket policy removed",
    edits: [["/builder/resource/aws_s3_bucket_policy/documents"]],
    findings: [
      "right-lost: account 222222222222 loses s3:GetObject on objects in bucket acme-documents in 111111111111",
    ],
  },
  {
    name: "an OIDC trust widened to every branch",
    edits: [
      [
        `${OIDC}/Condition`,
        {
          StringEquals: { "token.actions.githubusercontent.com:aud": ["sts.amazonaws.com"] },
          StringLike: { "token.actions.githubusercontent.com:sub": ["repo:acme/infra:*"] },
        },
      ],
    ],
    findings: [
      "opened-to-provider: identity provider token.actions.githubusercontent.com gains sts:AssumeRoleWithWebIdentity on role deploy in 222222222222, with token.actions.githubusercontent.com:aud sts.amazonaws.com and token.actions.githubusercontent.com:sub repo:acme/infra:any",
    ],
  },
  {
    name: "a removed destination",
    edits: [["/builder/resource/aws_s3_bucket_replication_configuration/documents"]],
    findings: [
      "replication-removed: objects of bucket acme-documents in 111111111111 are no longer replicated to arn:aws:s3:::acme-copies, under key alias/spare in 111111111111 eu-west-1 (rule to-prod)",
    ],
  },
  {
    name: "replication under another key",
    edits: [
      [
        "/builder/resource/aws_s3_bucket_replication_configuration/documents/rule/0/destination/encryption_configuration/replica_kms_key_id",
        "${aws_kms_key.data.arn}",
      ],
    ],
    findings: [
      "replication-changed: objects of bucket acme-documents in 111111111111 are replicated to arn:aws:s3:::acme-copies, under key alias/data in 111111111111 eu-west-1, previously to arn:aws:s3:::acme-copies, under key alias/spare in 111111111111 eu-west-1 (rule to-prod)",
    ],
  },
  {
    name: "default encryption removed",
    edits: [["/builder/resource/aws_s3_bucket_server_side_encryption_configuration/documents"]],
    findings: [
      "bucket-encryption: new objects in bucket acme-documents in 111111111111 are encrypted by Amazon S3's default, SSE-S3, previously by aws:kms under key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "versioning suspended",
    edits: [
      ["/builder/resource/aws_s3_bucket_versioning/documents/versioning_configuration/status", "Suspended"],
    ],
    findings: [
      "bucket-versioning: bucket acme-documents in 111111111111 no longer keeps versions of its objects",
    ],
  },
  {
    name: "a bucket destroyed",
    edits: [
      ["/builder/resource/aws_s3_bucket"],
      ["/builder/resource/aws_s3_bucket_policy"],
      ["/builder/resource/aws_s3_bucket_server_side_encryption_configuration"],
      ["/builder/resource/aws_s3_bucket_versioning"],
      ["/builder/resource/aws_s3_bucket_public_access_block"],
      ["/builder/resource/aws_s3_bucket_replication_configuration"],
    ],
    findings: [
      "bucket-destroyed: bucket acme-documents in 111111111111 is destroyed",
      "replication-removed: objects of bucket acme-documents in 111111111111 are no longer replicated to arn:aws:s3:::acme-copies, under key alias/spare in 111111111111 eu-west-1 (rule to-prod)",
    ],
  },
  {
    name: "EBS encryption by default off",
    edits: [["/builder/resource/aws_ebs_encryption_by_default"]],
    findings: [
      "ebs-default-changed: EBS encryption by default in 111111111111 eu-west-1 becomes off; it was on",
    ],
  },
  {
    name: "another EBS default key",
    edits: [["/builder/resource/aws_ebs_default_kms_key/key/key_arn", "${aws_kms_key.spare.arn}"]],
    findings: [
      "ebs-default-changed: EBS default key in 111111111111 eu-west-1 becomes key alias/spare in 111111111111 eu-west-1; it was key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "a role that gains Decrypt",
    edits: [[`${RUNNER}/0/Action/-`, "kms:Decrypt"]],
    findings: [
      "right-gained: role runner in 222222222222 gains kms:Decrypt on key alias/data in 111111111111 eu-west-1, with kms:ViaService ec2.eu-west-1.amazonaws.com",
    ],
  },
  {
    name: "a role that is allowed an action which the key policy does not allow",
    edits: [[`${RUNNER}/0/Action/-`, "kms:Encrypt"]],
    findings: [],
  },
  {
    name: "a role that gains the right to share images",
    edits: [
      [
        `${RUNNER}/-`,
        {
          Effect: "Allow",
          Action: ["ec2:ModifyImageAttribute"],
          Resource: ["arn:aws:ec2:eu-west-1::image/*"],
          Condition: { StringEquals: { "ec2:Add/userId": [OUTSIDER] } },
        },
      ],
    ],
    findings: [
      "right-gained: role runner in 222222222222 gains ec2:ModifyImageAttribute on arn:aws:ec2:eu-west-1::image/*, with ec2:Add/userId 999999999999",
    ],
  },
  {
    name: "a role that gains many actions on images, but not all",
    edits: [
      [
        `${RUNNER}/-`,
        {
          Effect: "Allow",
          Action: ["A", "B", "C", "D", "E", "F", "G", "H"].map((name) => `ec2:Modify${name}`),
          Resource: ["arn:aws:ec2:eu-west-1::image/*"],
        },
      ],
    ],
    findings: [
      "right-gained: role runner in 222222222222 gains ec2:ModifyA, ec2:ModifyB, ec2:ModifyC, ec2:ModifyD, ec2:ModifyE, ec2:ModifyF and 2 more actions on arn:aws:ec2:eu-west-1::image/*",
    ],
  },
  {
    name: "a role deleted",
    edits: [["/prod/resource/aws_iam_role/deploy"]],
    findings: ["role-removed: role deploy in 222222222222 is deleted"],
  },
  {
    name: "an account that can no longer change its key policy, and a user who still can",
    edits: [
      [`${STATEMENTS}/-`, allow({ AWS: [`arn:aws:iam::${BUILDER}:user/eve`] }, "kms:PutKeyPolicy")],
      [`${STATEMENTS}/0/Action`, ["kms:Describe*"]],
    ],
    findings: [
      "right-lost: account 111111111111 loses every action but kms:DescribeKey on key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "a policy that is known only after the deployment",
    edits: [[`${KEY}/policy`, "${data.external.policy.result}"]],
    findings: [
      "unreadable-policy: key policy of key alias/data in 111111111111 eu-west-1 cannot be read: data.external.policy.result is known only after the deployment",
    ],
  },
  {
    name: "a policy with a resource that is known only after the deployment",
    edits: [[`${RUNNER}/0/Resource/-`, "${aws_sns_topic.news.arn}"]],
    findings: [
      "right-gained: role runner in 222222222222 gains kms:DescribeKey on aws_sns_topic.news.arn",
      "known-after-deployment: policies of role runner in 222222222222: aws_sns_topic.news.arn is known only after the deployment",
    ],
  },
  {
    name: "a policy rewritten with the same meaning: order, Sids, a split statement, text for an object",
    edits: [
      [`${STATEMENTS}/0/Sid`, "TheOwnersDecide"],
      [`${STATEMENTS}/0/Principal/AWS`, BUILDER],
      [`${STATEMENTS}/1/Action`, "kms:DescribeKey"],
      [
        `${STATEMENTS}/-`,
        {
          ...allow({ AWS: PROD }, "kms:Decrypt"),
          Condition: { StringEquals: { "KMS:viaservice": "ec2.eu-west-1.amazonaws.com" } },
        },
      ],
      [
        "/prod/resource/aws_iam_role/runner/assume_role_policy",
        JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Principal: { AWS: PROD }, Action: "sts:AssumeRole" },
        }),
      ],
    ],
    findings: [],
  },
  {
    name: "400 unrelated resources",
    edits: Array.from({ length: 400 }, (_, index): Edit => [
      `/prod/resource/aws_launch_template/noise-${index}`,
      { provider: "aws.eu-west-1", name: `noise-${index}` },
    ]),
    findings: [],
  },
  {
    name: "a role that gains the right to change policies of keys in no stack",
    edits: [
      [
        `${RUNNER}/-`,
        { Effect: "Allow", Action: ["kms:PutKeyPolicy"], Resource: [`arn:aws:kms:eu-west-1:${PROD}:key/*`] },
      ],
    ],
    findings: [
      "administration-gained: role runner in 222222222222 gains kms:PutKeyPolicy on arn:aws:kms:eu-west-1:222222222222:key/*, as far as its own policy, which is not in these stacks, lets it",
    ],
  },
  {
    name: "a grant whose grantee is known only after the deployment",
    edits: [[`${GRANT}/grantee_principal`, "${data.external.grantee.result}"]],
    findings: [
      "unread-resource: builder: aws_kms_grant.launch cannot be read: it names a key or a grantee that is known only after the deployment",
      "grant-removed: arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling loses CreateGrant, Decrypt on key alias/data in 111111111111 eu-west-1 by a grant",
    ],
  },
  {
    name: "a statement with too many conditions to test all combinations",
    edits: [
      [
        `${STATEMENTS}/-`,
        {
          ...allow({ AWS: [PROD] }, "kms:Encrypt"),
          Condition: {
            StringEquals: Object.fromEntries(
              ["a", "b", "c", "d", "e", "f"].map((name) => [`aws:PrincipalTag/${name}`, ["1", "2"]]),
            ),
          },
        },
      ],
    ],
    findings: [
      "right-gained: account 222222222222 gains kms:Encrypt on key alias/data in 111111111111 eu-west-1, with aws:PrincipalTag/b 1 and aws:PrincipalTag/c 1 and aws:PrincipalTag/d 1 and aws:PrincipalTag/e 1 and aws:PrincipalTag/f 1 and aws:PrincipalTag/a 1",
      "sampled: not every combination of condition values was tested for role runner in 222222222222 on key alias/data in 111111111111 eu-west-1",
      "sampled: not every combination of condition values was tested for role deploy in 222222222222 on key alias/data in 111111111111 eu-west-1",
      "sampled: not every combination of condition values was tested for role AWSServiceRoleForAutoScaling in 222222222222 on key alias/data in 111111111111 eu-west-1",
      "sampled: not every combination of condition values was tested for account 222222222222 on key alias/data in 111111111111 eu-west-1",
    ],
  },
  {
    name: "a destination added, from a source in another account",
    edits: [],
    copies: [
      [
        "/-",
        {
          rule: "db",
          kind: "snapshot",
          from: { account: OUTSIDER, region: "eu-west-1", source: "snap-1" },
          to: { account: PROD, region: "eu-west-1" },
          route: "copy",
          transfersTogether: false,
          key: "alias/keyferry/acme/home",
        },
      ],
    ],
    findings: [
      "copy-added: snapshot db also arrives in 222222222222 eu-west-1, from snap-1 of 999999999999 eu-west-1",
    ],
  },
  {
    name: "a destination removed",
    edits: [],
    copies: [["/1"]],
    findings: ["copy-removed: image web no longer arrives in 222222222222 eu-central-1"],
  },
  {
    name: "a destination moved to another account",
    edits: [],
    copies: [["/1/to/account", BUILDER]],
    findings: [
      "copy-removed: image web no longer arrives in 222222222222 eu-central-1",
      "copy-added: image web also arrives in 111111111111 eu-central-1, from newest web-* of 111111111111 eu-west-1",
    ],
  },
  {
    name: "copy jobs with a source in another account: one finding for all of them",
    edits: [],
    copies: [
      ["/0/from", { account: OUTSIDER, region: "eu-west-1", source: "newest *" }],
      ["/1/from", { account: OUTSIDER, region: "eu-west-1", source: "newest *" }],
    ],
    findings: [
      "copy-source-changed: image web into 222222222222 eu-west-1, 222222222222 eu-central-1 comes from newest * of 999999999999 eu-west-1, previously newest web-* of 111111111111 eu-west-1",
    ],
  },
  {
    name: "a copy that ends under another key",
    edits: [],
    copies: [["/0/key", "alias/keyferry/acme/shared-images"]],
    findings: [
      "copy-key-changed: image web into 222222222222 eu-west-1 ends under alias/keyferry/acme/shared-images, previously alias/keyferry/acme/home",
    ],
  },
  {
    name: "an image that is shared instead of copied",
    edits: [],
    copies: [["/0/route", "share"]],
    findings: [
      "copy-route-changed: image web into 222222222222 eu-west-1 arrives as a share of the source's account, previously as a separate copy",
    ],
  },
  {
    name: "copy jobs in another order",
    edits: [],
    copies: [
      ["/0", COPIES[1]],
      ["/1", COPIES[0]],
    ],
    findings: [],
  },
  {
    name: "a synthesis that does not list its copy jobs",
    edits: [],
    copies: "unlisted",
    findings: [
      "copies-unread: the synthesis after does not list its copy jobs: it was written by an earlier version of Keyferry, or by another program",
    ],
  },
  {
    name: "equal plans of the copies",
    edits: [],
    copyPlans: [
      { gib: [60, 0], once: 1 },
      { gib: [60, 0], once: 1 },
    ],
    findings: [],
  },
  {
    name: "a source for which an existing copy is made again",
    edits: [],
    copyPlans: [{}, { gib: [0, 60] }],
    findings: [
      "copy-data-changed: the next run moves 60 GiB across Regions for image web into 222222222222 eu-central-1, previously nothing",
    ],
  },
  {
    name: "other prices: one finding for each rule, and one for the total",
    edits: [],
    copyPlans: [
      { gib: [60, 60], once: 1.2, monthly: 3 },
      { gib: [60, 60], once: 1.2, monthly: 2.5 },
    ],
    findings: [
      "copy-cost-changed: the next run costs 2.40 USD once and 5.00 USD a month for image web into 222222222222 eu-west-1, 222222222222 eu-central-1, previously 2.40 USD once and 6.00 USD a month",
      "total-cost-changed: all copies of the next run cost 2.40 USD once and 5.00 USD a month, previously 2.40 USD once and 6.00 USD a month: 1.00 USD less a month",
    ],
  },
  {
    name: "a destination added, in an account that Keyferry cannot access yet",
    edits: [],
    copies: [["/-", { ...COPIES[0], to: { account: OUTSIDER, region: "eu-west-1" } }]],
    copyPlans: [{}, { added: { account: OUTSIDER, gib: 0, unknown: "AssumeRole: AccessDenied" } }],
    findings: [
      "copy-added: image web also arrives in 999999999999 eu-west-1, from newest web-* of 111111111111 eu-west-1; the next run moves nothing for it and costs nothing, and at most 60 GiB more for what AWS did not let the plan read",
      "copies-unplanned: the plan after does not say what the next run moves for image web, because AWS did not let the plan read everything: AssumeRole: AccessDenied",
    ],
  },
];
