import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BUILT_TWICE } from "./cdktn-imports";
import { withLazyReExports } from "./lazy-re-exports";

/** A step of `npm run build`, before other steps copy the result. */
const DIST = path.resolve(__dirname, "../dist");
/** These modules fail at import if the framework is not installed. With lazy loading, ES modules would get undefined exports instead. */
const EAGER = BUILT_TWICE.map((room) => path.join(DIST, room));

for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".js")) continue;
  if (EAGER.some((room) => entry.parentPath.startsWith(room))) continue;
  const file = path.join(entry.parentPath, entry.name);
  const text = readFileSync(file, "utf8");
  const lazy = withLazyReExports(text);
  if (lazy !== text) writeFileSync(file, lazy);
}
