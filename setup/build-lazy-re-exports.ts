import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withLazyReExports } from "./lazy-re-exports";

/** A step of `npm run build`, before others copy what has been built. */
const DIST = path.resolve(__dirname, "../dist");

for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".js")) continue;
  const file = path.join(entry.parentPath, entry.name);
  const text = readFileSync(file, "utf8");
  const lazy = withLazyReExports(text);
  if (lazy !== text) writeFileSync(file, lazy);
}
