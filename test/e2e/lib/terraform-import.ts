import type { PlannedResource, StateResource, TerraformDirectory } from "./terraform-directory";

/** Types that the provider cannot import; they stay in the state. Source: the provider's documentation of each. */
const NOT_IMPORTED = new Set([
  "aws_ami_copy",
  "aws_ebs_snapshot_copy",
  "aws_iam_group_membership",
  "aws_kms_ciphertext",
  "aws_snapshot_create_volume_permission",
]);

/** Types that are imported by an ID other than their `id` attribute. */
const IMPORT_IDS: Readonly<Record<string, (attributes: Readonly<Record<string, unknown>>) => string>> = {
  aws_ami_launch_permission: ({ account_id, image_id }) => `${String(account_id)}/${String(image_id)}`,
  aws_iam_role_policy_attachment: ({ role, policy_arn }) => `${String(role)}/${String(policy_arn)}`,
};

/**
 * A second directory whose state lacks everything that can be imported, and whose configuration imports all of it;
 * and the addresses to import.
 */
export function forImport(from: TerraformDirectory): {
  readonly directory: TerraformDirectory;
  readonly addresses: readonly string[];
} {
  const directory = from.twin();
  const state = from.state();
  const imported = state.resources.filter(isImported);
  directory.write("imports.tf", imported.map(importBlock).join("\n"));
  const rest = state.resources.filter((resource) => !isImported(resource));
  directory.write("terraform.tfstate", JSON.stringify({ ...state, resources: rest }));
  return { directory, addresses: imported.map(({ type, name }) => `${type}.${name}`) };
}

/**
 * Attributes that the provider read from the cloud and that differ from the configuration: `address.attribute`. Arguments that
 * only Terraform has (waiting periods, key material) are not read, so a plan also sets them after an import from AWS.
 */
export function readOtherwise(planned: readonly PlannedResource[]): readonly string[] {
  return planned.flatMap(({ address, change: { before, after } }) =>
    Object.entries(before ?? {})
      .filter(([name, value]) => !isEmpty(value) && after !== null && name in after)
      .filter(([name, value]) => written(value) !== written(after?.[name]))
      .map(([name]) => `${address}.${name}`),
  );
}

function isImported({ mode, type }: StateResource): boolean {
  return mode === "managed" && !NOT_IMPORTED.has(type);
}

function importBlock({ type, name, instances }: StateResource): string {
  const attributes = instances[0]?.attributes ?? {};
  const id = IMPORT_IDS[type]?.(attributes) ?? String(attributes["id"]);
  return `import {\n  to = ${type}.${name}\n  id = "${id}"\n}\n`;
}

/** A value as JSON, with empty strings as null: Terraform plans an empty string where it read nothing. */
function written(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, inner: unknown) => (inner === "" ? null : inner));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}
