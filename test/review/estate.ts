import type { DeclaredCopy, StackFiles } from "../../review";

/** Two accounts as their stacks declare them: a key of one that the other may use, a role in each, a replicated bucket. */

const root = (account: string) => ({ AWS: [`arn:aws:iam::${account}:root`] });
const policy = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });
const provider = (account: string) => ({
  aws: [{ alias: "eu-west-1", region: "eu-west-1", allowed_account_ids: [account] }],
});
const inPlace = { provider: "aws.eu-west-1" };

export const BUILDER = "111111111111";
export const PROD = "222222222222";

export const ESTATE: StackFiles = {
  builder: {
    provider: provider(BUILDER),
    resource: {
      aws_kms_key: {
        data: {
          ...inPlace,
          enable_key_rotation: true,
          deletion_window_in_days: 30,
          policy: policy(
            { Sid: "Own", Effect: "Allow", Principal: root(BUILDER), Action: ["kms:*"], Resource: ["*"] },
            {
              Sid: "ProdUses",
              Effect: "Allow",
              Principal: root(PROD),
              Action: ["kms:Decrypt", "kms:DescribeKey"],
              Resource: ["*"],
              Condition: { StringEquals: { "kms:ViaService": ["ec2.eu-west-1.amazonaws.com"] } },
            },
            {
              Sid: "NotFromElsewhere",
              Effect: "Deny",
              Principal: { AWS: ["*"] },
              Action: ["kms:Decrypt"],
              Resource: ["*"],
              Condition: { StringNotEquals: { "aws:PrincipalAccount": [BUILDER, PROD] } },
            },
          ),
        },
        spare: {
          ...inPlace,
          enable_key_rotation: true,
          policy: policy({ Effect: "Allow", Principal: root(BUILDER), Action: ["kms:*"], Resource: ["*"] }),
        },
      },
      aws_kms_alias: {
        data: { ...inPlace, name: "alias/data", target_key_id: "${aws_kms_key.data.key_id}" },
        spare: { ...inPlace, name: "alias/spare", target_key_id: "${aws_kms_key.spare.key_id}" },
      },
      aws_s3_bucket: { documents: { ...inPlace, bucket: "acme-documents" } },
      aws_s3_bucket_policy: {
        documents: {
          ...inPlace,
          bucket: "${aws_s3_bucket.documents.id}",
          policy: policy({
            Sid: "ProdReads",
            Effect: "Allow",
            Principal: root(PROD),
            Action: ["s3:GetObject"],
            Resource: ["${aws_s3_bucket.documents.arn}/*"],
          }),
        },
      },
      aws_s3_bucket_server_side_encryption_configuration: {
        documents: {
          ...inPlace,
          bucket: "${aws_s3_bucket.documents.id}",
          rule: [
            {
              apply_server_side_encryption_by_default: {
                sse_algorithm: "aws:kms",
                kms_master_key_id: "${aws_kms_key.data.arn}",
              },
            },
          ],
        },
      },
      aws_s3_bucket_versioning: {
        documents: {
          ...inPlace,
          bucket: "${aws_s3_bucket.documents.id}",
          versioning_configuration: { status: "Enabled" },
        },
      },
      aws_s3_bucket_public_access_block: {
        documents: {
          ...inPlace,
          bucket: "${aws_s3_bucket.documents.id}",
          block_public_acls: true,
          block_public_policy: true,
          ignore_public_acls: true,
          restrict_public_buckets: true,
        },
      },
      aws_s3_bucket_replication_configuration: {
        documents: {
          ...inPlace,
          bucket: "${aws_s3_bucket.documents.id}",
          rule: [
            {
              id: "to-prod",
              status: "Enabled",
              destination: {
                bucket: "arn:aws:s3:::acme-copies",
                encryption_configuration: { replica_kms_key_id: "${aws_kms_key.spare.arn}" },
              },
            },
          ],
        },
      },
      aws_ebs_encryption_by_default: { on: { ...inPlace, enabled: true } },
      aws_ebs_default_kms_key: { key: { ...inPlace, key_arn: "${aws_kms_key.data.arn}" } },
      aws_kms_grant: {
        launch: {
          ...inPlace,
          name: "launch",
          key_id: "${aws_kms_key.data.arn}",
          grantee_principal: `arn:aws:iam::${PROD}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
          operations: ["CreateGrant", "Decrypt"],
        },
      },
    },
    output: { "key-arn": { value: "${aws_kms_key.data.arn}" } },
  },
  prod: {
    provider: provider(PROD),
    data: { terraform_remote_state: { "cross-stack-reference-input-builder": { backend: "local" } } },
    resource: {
      aws_iam_role: {
        runner: {
          ...inPlace,
          name: "runner",
          assume_role_policy: policy({ Effect: "Allow", Principal: root(PROD), Action: ["sts:AssumeRole"] }),
        },
        deploy: {
          ...inPlace,
          name: "deploy",
          assume_role_policy: policy({
            Sid: "Main",
            Effect: "Allow",
            Principal: {
              Federated: [`arn:aws:iam::${PROD}:oidc-provider/token.actions.githubusercontent.com`],
            },
            Action: ["sts:AssumeRoleWithWebIdentity"],
            Condition: {
              StringEquals: {
                "token.actions.githubusercontent.com:aud": ["sts.amazonaws.com"],
                "token.actions.githubusercontent.com:sub": ["repo:acme/infra:ref:refs/heads/main"],
              },
            },
          }),
        },
      },
      aws_iam_role_policy: {
        runner: {
          ...inPlace,
          name: "runner",
          role: "${aws_iam_role.runner.id}",
          policy: policy({
            Sid: "UseData",
            Effect: "Allow",
            Action: ["kms:DescribeKey"],
            Resource: ["${data.terraform_remote_state.cross-stack-reference-input-builder.outputs.key-arn}"],
          }),
        },
      },
    },
  },
};

/** The copy jobs that a synthesis writes next to the stacks. */
export const COPIES: readonly DeclaredCopy[] = ["eu-west-1", "eu-central-1"].map((region) => ({
  rule: "web",
  kind: "image",
  from: { account: BUILDER, region: "eu-west-1", source: "newest web-*" },
  to: { account: PROD, region },
  route: "copy",
  transfersTogether: false,
  key: "alias/keyferry/acme/home",
}));

/** A change at one place: the new value, or undefined to remove it. */
export type Edit = readonly [pointer: string, value?: unknown];

/** The stacks, or copy jobs, after some edits. @param edits JSON pointers; `-` at the end of one appends to a list */
export function edited<T extends StackFiles | readonly DeclaredCopy[]>(before: T, edits: readonly Edit[]): T {
  const copy = structuredClone(before);
  for (const [pointer, value] of edits) {
    const names = pointer
      .slice(1)
      .split("/")
      .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = names.pop() ?? "";
    const parent = names.reduce<Record<string, unknown>>(
      (at, name) => (at[name] ??= {}) as Record<string, unknown>,
      copy as unknown as Record<string, unknown>,
    );
    if (Array.isArray(parent) && last === "-") parent.push(value);
    else if (value === undefined && Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (value === undefined) delete parent[last];
    else parent[last] = value;
  }
  return copy;
}
