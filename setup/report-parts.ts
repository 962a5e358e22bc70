import { hostEnvironment } from "./environment";
import { provideParts } from "./parts";

const NAME_WIDTH = 18;
const PART_MISSING = 2;

/**
 * `keyferry setup`: reports all parts at the same time, one line for each, available or missing.
 * @returns the exit code
 */
export async function reportParts(): Promise<number> {
  const parts = await provideParts(hostEnvironment());
  for (const { name, found, text } of parts) {
    (found ? console.log : console.error)(
      `${found ? "ok     " : "missing"}  ${name.padEnd(NAME_WIDTH)} ${text}`,
    );
  }
  return parts.every((part) => part.found) ? 0 : PART_MISSING;
}
