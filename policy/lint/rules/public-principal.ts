import { inStatement, judge } from "../judge";
import { limitedBy } from "../statement";
import type { PolicyKind, Rule } from "../types";

const WHO: readonly string[] = [
  "aws:PrincipalOrgID",
  "aws:PrincipalOrgPaths",
  "aws:PrincipalAccount",
  "aws:PrincipalArn",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SourceOrgID",
  "aws:SourceOrgPaths",
  "aws:userid",
];
/** What makes a policy not public, by kind; for buckets also what S3 itself counts. */
const LIMITING: Readonly<Record<PolicyKind, readonly string[]>> = {
  key: [...WHO, "kms:CallerAccount"],
  identity: [],
  trust: [...WHO, "saml:iss", "aws:FederatedProvider"],
  bucket: [
    ...WHO,
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
  ],
};

export const publicPrincipal: Rule = {
  id: "public-principal",
  appliesTo: ["key", "trust", "bucket"],
  title: "everybody is let in",
  explanation:
    'Principal "*" in an Allow is every principal of every account; a condition on an external id, a service or encryption does not change who they are',
  fix: "name the accounts, or add a condition on aws:PrincipalOrgID, aws:PrincipalAccount, kms:CallerAccount or aws:PrincipalArn",
  source:
    "KMS developer guide, Key policies: elements in a key policy; Amazon S3 user guide, The meaning of public",
  check: ({ statements, kind = "key" }) =>
    judge(
      statements.filter(
        ({ allows, principals }) =>
          allows && principals.some(({ type, text }) => text === "*" && ["*", "AWS"].includes(type)),
      ),
      (statement) =>
        limitedBy(statement, LIMITING[kind])
          ? []
          : [
              inStatement(
                statement,
                'Principal "*" without a condition on who it is',
                `${statement.place}.Principal`,
              ),
            ],
    ),
};
