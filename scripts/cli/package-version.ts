import { createRequire } from "node:module";

/** The package knows itself by its name, from source and from `dist`. */
export function packageVersion(): string {
  const manifest = createRequire(__filename)("keyferry/package.json") as { readonly version: string };
  return manifest.version;
}
