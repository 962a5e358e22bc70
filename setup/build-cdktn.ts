import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BUILT_TWICE, CDKTN, forCdktn } from "./cdktn-imports";

/** A step of `npm run build`: creates the exports for CDK Terrain from those that were built for CDK for Terraform. */
const DIST = path.resolve(__dirname, "../dist");

rmSync(path.join(DIST, CDKTN), { recursive: true, force: true });
for (const room of BUILT_TWICE) {
  for (const entry of readdirSync(path.join(DIST, room), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = path.join(entry.parentPath, entry.name);
    const file = path.relative(DIST, from);
    const to = path.join(DIST, CDKTN, file);
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, forCdktn(file.split(path.sep).join("/"), readFileSync(from, "utf8")));
  }
}
