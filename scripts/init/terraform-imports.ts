import { terraformText } from "../../core/terraform-text";
import type { Account } from "../../topology";

/** A key that Terraform imports. */
export interface ImportedKey {
  readonly account: Account;
  readonly region: string;
  readonly keyId: string;
  /** @default - no alias */
  readonly alias?: string;
}

/**
 * Terraform `import` blocks of existing keys and their aliases, each with the provider of its account and Region, for the user's own
 * configuration: `terraform plan -generate-config-out=keys.tf` writes the resources. Keyferry does not manage them.
 */
export function terraformImports(keys: readonly ImportedKey[]): string {
  const providers = new Map(keys.map((key) => [providerName(key), key]));
  return [
    ...[...providers].map(([name, key]) => providerBlock(name, key)),
    ...keys.flatMap((key) => {
      const name = resourceName(key);
      const provider = `aws.${providerName(key)}`;
      return [
        importBlock(`aws_kms_key.${name}`, key.keyId, provider),
        ...(key.alias === undefined ? [] : [importBlock(`aws_kms_alias.${name}`, key.alias, provider)]),
      ];
    }),
  ].join("\n");
}

function providerBlock(name: string, { account, region }: ImportedKey): string {
  const role =
    account.deployRole === undefined
      ? ""
      : `\n  assume_role {\n    role_arn = ${quoted(`arn:aws:iam::${account.id}:role/${account.deployRole}`)}\n  }`;
  const profile = account.profile === undefined ? "" : `\n  profile             = ${quoted(account.profile)}`;
  return `provider "aws" {
  alias               = ${quoted(name)}
  region              = ${quoted(region)}
  allowed_account_ids = [${quoted(account.id)}]${profile}${role}
}
`;
}

function importBlock(to: string, id: string, provider: string): string {
  return `import {
  to       = ${to}
  id       = ${quoted(id)}
  provider = ${provider}
}
`;
}

function providerName({ account, region }: ImportedKey): string {
  return identifier(`${account.name}_${region}`);
}

function resourceName({ account, region, keyId, alias }: ImportedKey): string {
  return identifier(`${account.name}_${region}_${alias?.replace(/^alias\//, "") ?? keyId}`);
}

function identifier(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, "_");
}

function quoted(text: string): string {
  return JSON.stringify(terraformText(text));
}
