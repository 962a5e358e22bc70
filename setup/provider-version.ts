import { readFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "./environment";
import { isFile } from "./files";
import { PROVIDER } from "./provider-layout";

/** The bindings of the AWS provider in both frameworks. */
const BINDINGS = ["@cdktf/provider-aws", "@cdktn/provider-aws"] as const;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** Fields that both frameworks write into their bindings. */
  readonly cdktf?: { readonly provider?: { readonly version?: string } };
}

/**
 * The version of the AWS provider that a project's stacks require: the one from which the bindings in its package.json were generated.
 * If it has no bindings, or they are not installed, the version for which Keyferry's own stacks are written.
 */
export function providerVersion({ cwd }: Pick<Environment, "cwd">): string {
  const { dependencies, devDependencies } = manifest(path.join(cwd, "package.json")) ?? {};
  const named = { ...dependencies, ...devDependencies };
  const bindings = BINDINGS.find((name) => name in named);
  const installed = bindings === undefined ? undefined : packageAbove(cwd, bindings);
  return installed?.cdktf?.provider?.version ?? PROVIDER.version;
}

/** Manifest in the nearest `node_modules` that contains a package, as Node resolves it. */
function packageAbove(directory: string, name: string): Manifest | undefined {
  const above = path.dirname(directory);
  return (
    manifest(path.join(directory, "node_modules", name, "package.json")) ??
    (above === directory ? undefined : packageAbove(above, name))
  );
}

/** Undefined if it does not exist or cannot be read: the caller that needs it reports that. */
function manifest(file: string): Manifest | undefined {
  if (!isFile(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
