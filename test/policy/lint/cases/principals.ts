import {
  at,
  AUTO_SCALING_ROLE,
  bucket,
  DST,
  identity,
  keyUse,
  policy,
  ROOT,
  SRC,
  trust,
  withContext,
  type RuleCase,
} from "./shapes";

const ROLE = `arn:aws:iam::${SRC}:role/copier`;
const SESSION = `arn:aws:sts::${SRC}:assumed-role/copier`;

export const PRINCIPAL_CASES: readonly RuleCase[] = [
  {
    rule: "principal-missing",
    fails: [
      at(policy("trust", { Effect: "Allow", Action: "sts:AssumeRole" }), "Statement[0]"),
      at(policy("key", { Effect: "Allow", Action: "kms:*", Resource: "*" }), "Statement[0]"),
    ],
    passes: [keyUse({ AWS: ROOT }), policy("bucket", { Effect: "Deny", NotPrincipal: { AWS: ROOT } })],
    silent: [identity({ Action: "kms:Decrypt", Resource: "*" })],
  },
  {
    rule: "principal-in-identity-policy",
    fails: [
      at(
        identity({ Principal: { AWS: ROOT }, Action: "kms:Decrypt", Resource: "*" }),
        "Statement[0].Principal",
      ),
    ],
    passes: [identity({ Action: "kms:Decrypt", Resource: "*" })],
    silent: [keyUse({ AWS: ROOT })],
  },
  {
    rule: "placeholder",
    fails: [
      at(keyUse({ AWS: ["arn:aws:iam::<Replication role ARN>"] }), "Statement[1].Principal.AWS[0]"),
      at(
        identity({ Action: "kms:Decrypt", Resource: "arn:aws:kms:[aws-region]:[account-id]:key/1234abcd" }),
        "Statement[0].Resource",
      ),
      at(
        identity({ Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-2:accountID:key/1234abcd" }),
        "Statement[0].Resource",
      ),
      at(
        keyUse({ AWS: ROOT }, { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-xxxxxxxxxx" } } }),
        "Statement[1].Condition.StringEquals.aws:PrincipalOrgID",
      ),
      at(bucket({ Resource: ["arn:aws:s3:::DOC-EXAMPLE-BUCKET/*"] }), "Statement[0].Resource[0]"),
    ],
    passes: [keyUse({ AWS: ROOT }), bucket({ Resource: "arn:aws:s3:::my-account-images/${aws:username}/*" })],
  },
  {
    rule: "principal-account-id",
    fails: [
      at(keyUse({ AWS: "arn:aws:iam::1234567891:role/copier" }), "Statement[1].Principal.AWS"),
      at(trust({ Principal: { AWS: ["arn:aws:iam:::role/copier"] } }), "Statement[0].Principal.AWS[0]"),
      at(bucket({ Principal: { AWS: 11111111111 } }), "Statement[0].Principal.AWS"),
    ],
    passes: [keyUse({ AWS: [ROLE, SRC] })],
    silent: [
      trust({ Principal: { Service: "ec2.amazonaws.com" } }),
      bucket({ Principal: { AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" } }),
    ],
  },
  {
    rule: "principal-form",
    fails: [
      at(keyUse({ AWS: "copier" }), "Statement[1].Principal.AWS"),
      at(keyUse({ AWS: `arn:aws:iam::${SRC}:group/admins` }), "Statement[1].Principal.AWS"),
      at(keyUse({ AWS: "arn:aws:s3:::images" }), "Statement[1].Principal.AWS"),
      at(trust({ Principal: { Service: "ec2" } }), "Statement[0].Principal.Service"),
      at(trust({ Principal: { Service: ROLE } }), "Statement[0].Principal.Service"),
    ],
    passes: [
      keyUse({ AWS: [ROLE, ROOT, SRC, "*", `arn:aws:iam::${SRC}:user/x`, `${SESSION}/run`] }),
      trust({ Principal: { Service: ["s3.amazonaws.com", "logs.eu-west-1.amazonaws.com"] } }),
    ],
    silent: [bucket({ Principal: { AWS: "arn:aws:iam::<account>:role/x" } })],
  },
  {
    rule: "principal-wildcard",
    fails: [
      at(keyUse({ AWS: [ROOT, `arn:aws:iam::${SRC}:role/*`] }), "Statement[1].Principal.AWS[1]"),
      at(trust({ Principal: { AWS: "arn:aws:iam::*:root" } }), "Statement[0].Principal.AWS"),
    ],
    passes: [keyUse({ AWS: [ROOT, "*"] })],
    silent: [trust({ Principal: { Service: "ec2.amazonaws.com" } })],
  },
  {
    rule: "assumed-role-session",
    fails: [
      at(bucket({ Principal: { AWS: SESSION } }), "Statement[0].Principal.AWS"),
      at(bucket({ Principal: { AWS: `${SESSION}/*` } }), "Statement[0].Principal.AWS"),
      at(
        bucket({ Principal: { AWS: "arn:aws:sts::1234567891:assumed-role/<rolename>" } }),
        "Statement[0].Principal.AWS",
      ),
    ],
    passes: [bucket({ Principal: { AWS: `${SESSION}/run` } })],
    silent: [bucket({ Principal: { AWS: ROLE } })],
  },
  {
    rule: "deleted-principal",
    fails: [
      at(keyUse({ AWS: [ROOT, "AROAEXAMPLEID12345678"] }), "Statement[1].Principal.AWS[1]"),
      at(trust({ Principal: { AWS: "AIDAEXAMPLEID12345678" } }), "Statement[0].Principal.AWS"),
    ],
    passes: [keyUse({ AWS: ROLE })],
    silent: [trust({ Principal: { Service: "ec2.amazonaws.com" } })],
  },
  {
    rule: "service-linked-role-principal",
    fails: [at(keyUse({ AWS: AUTO_SCALING_ROLE }), "Statement[1].Principal.AWS")],
    passes: [withContext(keyUse({ AWS: AUTO_SCALING_ROLE }), { existingRoles: [AUTO_SCALING_ROLE] })],
    silent: [
      keyUse(
        { AWS: "*" },
        {
          Condition: {
            StringEquals: { "kms:CallerAccount": SRC },
            ArnEquals: { "aws:PrincipalArn": AUTO_SCALING_ROLE },
          },
        },
      ),
    ],
  },
  {
    rule: "principal-does-not-exist",
    fails: [
      at(
        withContext(keyUse({ AWS: ROLE }), { existingRoles: [`arn:aws:iam::${SRC}:role/other`] }),
        "Statement[1].Principal.AWS",
      ),
    ],
    passes: [withContext(keyUse({ AWS: ROLE }), { existingRoles: [ROLE] })],
    silent: [
      keyUse({ AWS: ROLE }),
      withContext(keyUse({ AWS: ROLE }), { existingRoles: [`arn:aws:iam::${DST}:role/other`] }),
    ],
  },
  {
    rule: "public-principal",
    fails: [
      at(keyUse("*"), "Statement[1].Principal"),
      at(
        keyUse(
          { AWS: "*" },
          { Condition: { StringEquals: { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } } },
        ),
        "Statement[1].Principal",
      ),
      at(
        keyUse("*", { Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } } }),
        "Statement[1].Principal",
      ),
      at(
        keyUse("*", { Condition: { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } } }),
        "Statement[1].Principal",
      ),
      at(
        trust({ Principal: "*", Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
        "Statement[0].Principal",
      ),
      at(bucket({ Principal: "*" }), "Statement[0].Principal"),
    ],
    passes: [
      keyUse("*", { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-123example" } } }),
      keyUse({ AWS: "*" }, { Condition: { StringEquals: { "KMS:calleraccount": SRC } } }),
      trust({
        Principal: "*",
        Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-1/r-1/*" } },
      }),
      bucket({ Principal: "*", Condition: { StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } } }),
      // Of the buckets that images* covers, the policy can belong only to the one that it names.
      policy(
        "bucket",
        { Effect: "Allow", Principal: "*", Action: "s3:ListBucket", Resource: "arn:aws:s3:::images*" },
        { Effect: "Deny", Principal: "*", Action: "s3:ListBucket", Resource: "arn:aws:s3:::images" },
      ),
    ],
    silent: [keyUse("*", { Effect: "Deny" }), keyUse({ AWS: ROOT })],
  },
];
