import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { generatedFiles } from "./modules";

/** `npm run modules`: generates `modules/`. */
const ROOT = path.resolve(__dirname, "../modules");

rmSync(ROOT, { recursive: true, force: true });
for (const [file, text] of Object.entries(generatedFiles())) {
  const to = path.join(ROOT, file);
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, text);
}
