import { randomBytes } from "node:crypto";

/** A resource id in EC2's form: prefix and 17 hexadecimal digits. Random, so that no two rehearsals share one. */
export function newId(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString("hex")}`;
}

/** `sir-` and eight characters. */
export function newSpotRequestId(): string {
  return `sir-${randomBytes(4).toString("hex")}`;
}
