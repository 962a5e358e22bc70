import { copyFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** The rehearsal cloud's Python files, which the TypeScript compiler does not copy. */
const FROM = path.resolve(__dirname, "../packages/emulator/moto");
const TO = path.resolve(__dirname, "../dist/packages/emulator/moto");

/** The last step of `npm run build`. */
for (const file of readdirSync(FROM).filter((name) => name.endsWith(".py"))) {
  copyFileSync(path.join(FROM, file), path.join(TO, file));
}
