import type { JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import { text, whole } from "./input";

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * Returns one page of a list in stable order. Without a size everything is one page, as in EC2.
 * @throws InvalidNextToken
 */
export function page<T>(items: readonly T[], input: JsonObject, sizeParameter = "MaxResults"): Page<T> {
  const start = offset(text(input, "NextToken"));
  const size = whole(input, sizeParameter) ?? items.length;
  const end = start + Math.max(size, 1);
  const nextToken = end < items.length ? Buffer.from(String(end)).toString("base64url") : undefined;
  return { items: items.slice(start, end), nextToken };
}

function offset(token: string | undefined): number {
  if (token === undefined) return 0;
  const decoded = Buffer.from(token, "base64url").toString();
  if (!/^\d+$/.test(decoded))
    throw new AwsError("InvalidNextToken", "The token supplied to NextToken is invalid.");
  return Number(decoded);
}
