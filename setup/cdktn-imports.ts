import path from "node:path";

/** Folders that are also built for CDK Terrain: all that import the framework. */
export const BUILT_TWICE: readonly string[] = ["constructs", "stacks"];

/** Its folder in the build; everything else is shared, so that both throw the same errors and read the same topologies. */
export const CDKTN = "cdktn";

/** Packages of CDK for Terraform, and their names in CDK Terrain. */
const RENAMED: readonly (readonly [from: string, to: string])[] = [
  ["cdktf", "cdktn"],
  ["@cdktf/provider-aws", "@cdktn/provider-aws"],
];

/** Imports in compiled modules and declarations: `require("x")`, `from "x"`, `import("x")`. */
const IMPORTED = /((?:\brequire|\bimport)\(|\bfrom )"([^"]+)"/g;

/**
 * A compiled module, or its declarations, for CDK Terrain.
 * @param file its path in the build for CDK for Terraform, in POSIX form: `constructs/kms/index.js`
 */
export function forCdktn(file: string, text: string): string {
  return text.replace(
    IMPORTED,
    (_, before: string, imported: string) => `${before}"${renamed(file, imported)}"`,
  );
}

function renamed(file: string, imported: string): string {
  if (imported.startsWith(".")) return moved(file, imported);
  const [from, to] = RENAMED.find(([name]) => imported === name || imported.startsWith(`${name}/`)) ?? [
    "",
    "",
  ];
  return to + imported.slice(from.length);
}

/** Modules that are built twice move together; all others stay where they are, one directory higher. */
function moved(file: string, imported: string): string {
  const [room = ""] = path.posix.join(path.posix.dirname(file), imported).split("/");
  return BUILT_TWICE.includes(room) ? imported : `../${imported}`;
}
