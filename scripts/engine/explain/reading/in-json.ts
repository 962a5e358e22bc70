import { bareCode, looksLikeCode } from "./error-code";
import { parsedErrorOf, type ParsedError } from "./parsed-error";

/** Fields in which AWS's responses describe a failure. */
const BARE_WORDS = new Set([
  "StateMessage",
  "StatusMessage",
  "StatusReason",
  "ResourceStatusReason",
  "cause",
]);

/** Pairs of fields in which programs and AWS's responses hold a code and its message. */
const PAIRS: readonly (readonly [code: string, message: string])[] = [
  ["Code", "Message"],
  ["ErrorCode", "ErrorMessage"],
  ["code", "message"],
  ["__type", "message"],
  ["__type", "Message"],
];

type Fields = Readonly<Record<string, unknown>>;

/** No AWS response is nested this deeply. */
const MAX_DEPTH = 64;

/**
 * The errors in a JSON value: events of CloudTrail and EventBridge, responses of AWS's describe calls, logs.
 * @param inText reads the text of a field
 */
export function* inJson(
  value: unknown,
  inText: (text: string) => readonly ParsedError[],
  depth = 0,
): Generator<ParsedError> {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) for (const item of value) yield* inJson(item, inText, depth + 1);
  if (typeof value === "string") yield* inText(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const fields = value as Fields;
  if (typeof fields["errorCode"] === "string") {
    yield inTrail(fields);
    return;
  }
  const pair = pairIn(fields);
  if (pair !== undefined) yield pair;
  for (const [name, inner] of Object.entries(fields)) {
    if (name === "CloudTrailEvent" && typeof inner === "string")
      yield* inJson(parsed(inner), inText, depth + 1);
    else if (name === "StateReason") yield* inStateReason(inner);
    else if (name === "failureReason" && typeof inner === "string") yield parsedErrorOf({ code: inner });
    else if (BARE_WORDS.has(name) && typeof inner === "string") yield* inWords(inner, inText);
    else if (pair === undefined || typeof inner !== "string") yield* inJson(inner, inText, depth + 1);
  }
}

/** Source: CloudTrail user guide, "CloudTrail record contents". */
function inTrail(record: Fields): ParsedError {
  return parsedErrorOf({
    code: bareCode(text(record["errorCode"]) ?? ""),
    message: text(record["errorMessage"]) ?? "",
    operation: text(record["eventName"]),
    account: text(record["recipientAccountId"]),
    region: text(record["awsRegion"]),
    requestId: text(record["requestID"]),
  });
}

function pairIn(fields: Fields): ParsedError | undefined {
  for (const [codeName, messageName] of PAIRS) {
    const code = text(fields[codeName])?.replace(/^.*#/, "");
    const message = text(fields[messageName]);
    if (code !== undefined && message !== undefined && looksLikeCode(code))
      return parsedErrorOf({ code: bareCode(code), message });
  }
  return undefined;
}

function* inStateReason(reason: unknown): Generator<ParsedError> {
  const message = text((reason as { readonly Message?: unknown } | null)?.Message) ?? text(reason);
  if (message !== undefined) yield { message };
}

/** AWS's text about a later failure may be a complete error, or the message alone. */
function* inWords(words: string, inText: (text: string) => readonly ParsedError[]): Generator<ParsedError> {
  const read = inText(words);
  if (read.length > 0) yield* read;
  else yield { message: words };
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** The value of a JSON text; undefined for any other text. */
export function parsed(words: string): unknown {
  try {
    return JSON.parse(words) as unknown;
  } catch {
    return undefined;
  }
}
