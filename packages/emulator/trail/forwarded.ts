import { AwsError, type JsonObject, type Protocol } from "../contract";
import type { WireResponse } from "../wire/message";
import { parseXml } from "../wire/xml";
import { isReading, type Outcome } from "./calls";

/** The outcome of a call that moto answered; its response is read only where a record shows it. */
export function outcomeOf(
  protocol: Protocol,
  operation: string,
  { status, body }: WireResponse,
): Pick<Outcome, "response" | "error"> {
  if (status >= 400) {
    const answer = readBody(protocol, body.toString());
    return {
      error: new AwsError(
        find(answer, "Code", "__type") ?? "Unknown",
        find(answer, "Message", "message") ?? "",
        status,
      ),
    };
  }
  if (isReading(operation) || protocol === "rest-xml") return {};
  const answer = readBody(protocol, body.toString());
  if (isJson(protocol)) return { response: answer };
  const inner = objectOf(answer[`${operation}Response`]);
  return { response: objectOf(inner[`${operation}Result`] ?? inner) };
}

function readBody(protocol: Protocol, body: string): JsonObject {
  try {
    return isJson(protocol) ? objectOf(JSON.parse(body || "{}")) : parseXml(body);
  } catch {
    return {};
  }
}

function isJson(protocol: Protocol): boolean {
  return protocol === "json" || protocol === "rest-json";
}

/** The first text under one of the names, at any depth. */
function find(value: JsonObject, ...names: readonly string[]): string | undefined {
  for (const [name, inner] of Object.entries(value)) {
    if (names.includes(name) && typeof inner === "string") return inner.replace(/^.*#/, "");
    const found = find(objectOf(inner), ...names);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
