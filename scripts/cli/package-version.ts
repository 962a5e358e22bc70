import { createRequire } from "node:module";

/** The package resolves itself by its name, which works from source and from `dist`. */
export function packageVersion(): string {
  const manifest = createRequire(__filename)("keyferry/package.json") as { readonly version: string };
  return manifest.version;
}
