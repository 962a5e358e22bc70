import { accountPrincipal, keyArn } from "../../../core/arn";
import { partitionOf, viaService } from "../../../core/regions";
import { aliasArn, type Key, type KmsState } from "./state";
import type { Viewpoint } from "./resolve";

/** Predefined aliases, and the service through which alone their keys can be used. */
export const MANAGED_ALIASES: Readonly<
  Record<string, { readonly service: string; readonly description: string }>
> = {
  "alias/aws/ebs": {
    service: "ec2",
    description: "Default key that protects my EBS volumes when no other key is defined",
  },
};

/** The AWS managed key behind a predefined alias; made at first use in each account and Region. */
export function addManagedKey(state: KmsState, alias: string, { account, region, now }: Viewpoint): Key {
  const existing = state.alias(aliasArn(region, account, alias));
  const found = existing && state.key(keyArn(region, account, existing.targetKeyId));
  if (found !== undefined) return found;
  const { service = "", description = "" } = MANAGED_ALIASES[alias] ?? {};
  const key = state.addKey(
    state.newKeyId(),
    { account, region, manager: "AWS", description, tags: {} },
    managedKeyPolicy(service, account, region),
    now,
  );
  key.rotationDays = 365;
  key.rotationBegan = now;
  state.addAlias(account, region, alias, key.keyId, now);
  return key;
}

/** AWS's policy of such a key; nobody can change it. Source: KMS developer guide, "AWS managed keys". */
function managedKeyPolicy(service: string, account: string, region: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "auto-ebs-2",
    Statement: [
      {
        Sid: "Allow access through EBS for all principals in the account that are authorized to use EBS",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: { "kms:ViaService": viaService(service, region), "kms:CallerAccount": account },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: accountPrincipal(partitionOf(region), account) },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });
}
