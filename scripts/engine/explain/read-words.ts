import type { Words } from "./catalogue";

/** A refusal as some program has printed it; what its words do not tell is absent. */
export interface Heard extends Words {
  readonly requestId?: string;
  /** That was called, 12 digits. */
  readonly account?: string;
  /** That was called. */
  readonly region?: string;
}

/** How programs print what AWS has answered. */
const SHAPES: readonly RegExp[] = [
  // AWS CLI and boto3
  /An error occurred \((?<code>[\w.]+)\) when calling the (?<operation>\w+) operation(?: \([^)]*\))?: (?<message>.+)/,
  // Terraform and whatever else is written in Go
  /operation error [^:]+: (?<operation>\w+), .*?RequestID: (?<requestId>[\w-]*),(?: HostID: \S*,)? (?:api error )?(?<code>[A-Za-z][\w.]+): (?<message>.+)/,
  // Keyferry
  /(?<operation>[A-Z]\w+)(?: [a-z/]\S*)? in (?<account>\d{12}) (?<region>[a-z-]+-\d): (?<code>[A-Za-z][\w.]+): (?<message>.+?)(?: \(request id (?<requestId>\S+)\))?$/,
  // the older SDK for Go
  /^(?:.*?\s)?(?<code>[A-Z][a-z]+[A-Z]\w*|[A-Z]\w+\.[\w.]+|Throttling|E[A-Z_]+): (?<message>.+?) status code: \d+, request id: (?<requestId>\S+)/,
  // the SDK for JavaScript
  /^(?:Error: )?(?<code>[A-Z][a-z]+[A-Z]\w*|[A-Z]\w+\.[\w.]+|Throttling|E[A-Z_]+): (?<message>.+)/,
];

/** Where one refusal ends and the next one begins: Terraform draws a box around each, the AWS CLI begins a line. */
const BEGINNINGS = /^(?=\W*Error: |An error occurred \()/m;
const BOXES = /[│╷╵]/g;
/** What follows AWS's words: a stack, or where in Terraform's configuration it happened. */
const TAIL = /\n\s+(at |with \S+,\s*\n).*/s;

/**
 * The refusals in what a program has printed: AWS CLI, boto3, Terraform, the SDK for JavaScript, Keyferry; JSON of
 * CloudTrail, EventBridge, `describe-images`, `describe-snapshots` or `describe-scaling-activities`; or AWS's bare words.
 */
export function readWords(text: string): readonly Heard[] {
  const value = parsed(text);
  if (typeof value === "object" && value !== null) return distinct([...inJson(value)]);
  return distinct(text.split(BEGINNINGS).map(readPiece)).filter(({ message }) => message !== "");
}

function readPiece(piece: string): Heard {
  const words = piece.replace(BOXES, " ").replace(TAIL, "").replace(/\s+/g, " ").trim();
  for (const shape of SHAPES) {
    const found = shape.exec(words)?.groups;
    if (found !== undefined) return known(found);
  }
  return { message: words };
}

/** Names under which AWS's answers hold its words about something that has failed. */
const BARE_WORDS = new Set(["StateMessage", "StatusMessage", "cause"]);

function* inJson(value: unknown): Generator<Heard> {
  if (Array.isArray(value)) for (const item of value) yield* inJson(item);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const record = value as Readonly<Record<string, unknown>>;
  if (typeof record["errorCode"] === "string") yield heardInTrail(record);
  for (const [name, inner] of Object.entries(record)) {
    if (name === "CloudTrailEvent" && typeof inner === "string") yield* inJson(parsed(inner));
    else if (BARE_WORDS.has(name) && typeof inner === "string") yield { message: inner };
    else if (name === "StateReason") yield* inStateReason(inner);
    else yield* inJson(inner);
  }
}

/** Source: CloudTrail user guide, "CloudTrail record contents"; EC2's codes have `Client.` or `Server.` before them. */
function heardInTrail(record: Readonly<Record<string, unknown>>): Heard {
  return known({
    code: text(record["errorCode"])?.replace(/^(Client|Server)\./, ""),
    message: text(record["errorMessage"]) ?? "",
    operation: text(record["eventName"]),
    account: text(record["recipientAccountId"]),
    region: text(record["awsRegion"]),
    requestId: text(record["requestID"]),
  });
}

function* inStateReason(reason: unknown): Generator<Heard> {
  const message = text((reason as { readonly Message?: unknown } | null)?.Message);
  if (message !== undefined) yield { message };
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

/** Without the parts that are not there. */
function known(parts: Readonly<Record<string, string | undefined>>): Heard {
  const there = Object.entries(parts).filter(([, value]) => value !== undefined && value !== "");
  return { message: "", ...Object.fromEntries(there) };
}

function distinct(heard: readonly Heard[]): readonly Heard[] {
  return [...new Map(heard.map((one) => [JSON.stringify(one), one])).values()];
}

function parsed(words: string): unknown {
  try {
    return JSON.parse(words) as unknown;
  } catch {
    return undefined;
  }
}
