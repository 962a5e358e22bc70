import fs from "node:fs";
import path from "node:path";

const LOCK_FILE = ".terraform.lock.hcl";

/** The part of a synthesised stack that says which providers it needs. */
interface SynthesisedStack {
  readonly terraform?: {
    readonly required_providers?: Readonly<
      Record<string, { readonly source: string; readonly version: string }>
    >;
  };
}

/**
 * Writes Terraform's lock file into a synthesised stack that has none. Without one the framework's CLI asks the provider's
 * registry for checksums, which fails offline even where the provider is on disk; `terraform init` adds the checksum of
 * what it installs.
 */
export function writeProviderLock(directory: string): void {
  const file = path.join(directory, LOCK_FILE);
  if (fs.existsSync(file)) return;
  const stack = JSON.parse(fs.readFileSync(path.join(directory, "cdk.tf.json"), "utf8")) as SynthesisedStack;
  const blocks = Object.values(stack.terraform?.required_providers ?? {}).map(
    ({ source, version }) => `provider "${address(source)}" {
  version     = "${version}"
  constraints = "${version}"
}
`,
  );
  fs.writeFileSync(file, blocks.join("\n"));
}

/** A source without a namespace means HashiCorp's. Source: Terraform language, Provider Requirements. */
function address(source: string): string {
  return `registry.terraform.io/${source.includes("/") ? source : `hashicorp/${source}`}`;
}
