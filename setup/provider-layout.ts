import path from "node:path";
import { hashicorpPlatform, type Environment } from "./environment";
import { entriesOf, isFile } from "./files";

/** The AWS provider, in the version that `@cdktf/provider-aws` 20.1.0 requires; a project may require another (`provider-version.ts`). */
export const PROVIDER = {
  host: "registry.terraform.io",
  source: "hashicorp/aws",
  version: "5.100.0",
} as const;

/** The provider's full source address. */
export const PROVIDER_ADDRESS = `${PROVIDER.host}/${PROVIDER.source}`;

/**
 * True when a filesystem mirror holds a version of the provider for this platform, packed or unpacked.
 * Source: Terraform's "CLI Configuration File", section "Explicit Installation Method Configuration".
 */
export function holdsProvider(environment: Environment, mirror: string, version: string): boolean {
  const platform = hashicorpPlatform(environment);
  const provider = path.join(mirror, PROVIDER.host, PROVIDER.source);
  if (isFile(path.join(provider, `terraform-provider-aws_${version}_${platform}.zip`))) return true;
  return entriesOf(path.join(provider, version, platform)).some((entry) =>
    entry.name.startsWith("terraform-provider-aws"),
  );
}
