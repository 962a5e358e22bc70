import type { Problem } from "../../../core/errors";
import { isRecord } from "@keyferry/common";

/** Problems of raw tags whose keys users may not set. @param path `images.web.tags` */
export function checkTagKeys(tags: unknown, path: string): readonly Problem[] {
  if (!isRecord(tags)) return [];
  return Object.keys(tags)
    .filter((key) => /^(aws|keyferry):/i.test(key))
    .map((key) => ({
      path: `${path}.${key}`,
      what: `the tag key "${key}" is reserved`,
      allowed: "keys that do not start with aws: or keyferry:",
    }));
}
