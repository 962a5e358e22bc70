import path from "node:path";

/** What is built for CDK Terrain as well: all that imports the framework. */
export const BUILT_TWICE: readonly string[] = ["constructs", "stacks"];

/** Where it is in what is built; everything else is shared, so that both throw the same errors and read the same topologies. */
export const CDKTN = "cdktn";

/** Packages of CDK for Terraform, and what they are called in CDK Terrain. */
const RENAMED: readonly (readonly [from: string, to: string])[] = [
  ["cdktf", "cdktn"],
  ["@cdktf/provider-aws", "@cdktn/provider-aws"],
];

/** What is imported in compiled modules and declarations: `require("x")`, `from "x"`, `import("x")`. */
const IMPORTED = /((?:\brequire|\bimport)\(|\bfrom )"([^"]+)"/g;

/**
 * A compiled module, or its declarations, for CDK Terrain.
 * @param file its path in what is built for CDK for Terraform, in POSIX form: `constructs/kms/index.js`
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

/** What is built twice is moved together; the rest stays where it is, one directory higher. */
function moved(file: string, imported: string): string {
  const [room = ""] = path.posix.join(path.posix.dirname(file), imported).split("/");
  return BUILT_TWICE.includes(room) ? imported : `../${imported}`;
}
