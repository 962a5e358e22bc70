import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * The last step of `npm run pack`: lays out the published files in `build/package`, so that the package contains nothing that only the
 * repository needs. Files that README.md links to have the same paths relative to it as in the repository.
 */
const ROOT = path.resolve(__dirname, "..");
const PACKAGE = path.join(ROOT, "build/package");

const COPIED = [
  "bin",
  "dist",
  "docs",
  "examples",
  "modules",
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "packages/emulator/README.md",
];

/** Fields of package.json that are published: the others are for development. */
const KEPT = [
  "name",
  "version",
  "description",
  "license",
  "type",
  "engines",
  "bin",
  "exports",
  "dependencies",
  "peerDependencies",
  "peerDependenciesMeta",
] as const;

const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Record<string, unknown>;

rmSync(PACKAGE, { recursive: true, force: true });
mkdirSync(PACKAGE, { recursive: true });
for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(PACKAGE, name), { recursive: true });
// The programs that generate the documentation are not published.
const docs = path.join(PACKAGE, "docs");
for (const name of readdirSync(docs)) if (name.endsWith(".ts")) rmSync(path.join(docs, name));

// The rehearsal cloud reports this version. Node reads a package's exports from the outermost manifest only.
const emulator = path.join(PACKAGE, "dist/packages/emulator/package.json");
const { name, version } = JSON.parse(readFileSync(emulator, "utf8")) as Record<string, unknown>;
writeFileSync(emulator, `${JSON.stringify({ name, version }, undefined, 2)}\n`);

writeFileSync(
  path.join(PACKAGE, "package.json"),
  `${JSON.stringify(Object.fromEntries(KEPT.map((name) => [name, manifest[name]])), undefined, 2)}\n`,
);
