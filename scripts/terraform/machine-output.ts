/**
 * The parts that are used of what Terraform's commands print with `-json`, one object in each line.
 * Source: Terraform documentation, "Machine-Readable UI".
 */

/** What a plan does to one resource. Reading a data source and keeping a resource are not changes. */
export type ChangeAction = "create" | "update" | "replace" | "delete" | "forget" | "import" | "move";

export interface Change {
  /** As Terraform prints it: `aws_kms_key.home-eu-west-1_A6A6A7E4`. */
  readonly address: string;
  /** `aws_kms_key` */
  readonly type: string;
  readonly action: ChangeAction;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  /** Empty if Terraform gives no details. */
  readonly detail: string;
  /** Address of the resource or data source that it concerns; absent if it concerns none. */
  readonly address?: string;
  /** Its place in the configuration, e.g. `provider.aws[0]`; absent if it has none. */
  readonly context?: string;
}

export type Message =
  | { readonly kind: "planned"; readonly change: Change }
  | { readonly kind: "applying"; readonly address: string }
  | { readonly kind: "applied"; readonly address: string; readonly action: string }
  | { readonly kind: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly kind: "text" };

/** One line of the output: the text for people, and the content for programs. */
export interface Line {
  readonly text: string;
  readonly message: Message;
}

/** Terraform's names of changes; `remove` leaves a resource in the cloud. */
const ACTIONS: Readonly<Record<string, ChangeAction | undefined>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  remove: "forget",
  import: "import",
  move: "move",
};

/** Reads one line. A line that is not JSON, as printed by a crash, is text for people. */
export function readLine(line: string): Line {
  const object = parsed(line);
  if (object === undefined) return { text: line, message: { kind: "text" } };
  const { diagnostic } = object;
  const text =
    diagnostic === undefined ? (object["@message"] ?? line) : diagnosticText(diagnosticOf(diagnostic));
  return { text, message: messageOf(object) };
}

/** Reads the errors that Terraform prints in boxes for people. */
export function readError(text: string): Diagnostic {
  const plain = text.replace(/^[│╷╵] ?/gm, "");
  const [summary = "", ...detail] = plain.slice(Math.max(0, plain.search(/^Error: /m))).split("\n");
  return { severity: "error", summary: summary.replace(/^Error: /, ""), detail: detail.join("\n").trim() };
}

/** A diagnostic as one text. */
export function diagnosticText({ severity, summary, detail, address }: Diagnostic): string {
  const title = severity === "error" ? "Error" : "Warning";
  return [
    `${title}: ${summary}`,
    ...(detail === "" ? [] : [detail]),
    ...(address === undefined ? [] : [`  with ${address}`]),
  ].join("\n");
}

interface RawMessage {
  readonly "@message"?: string;
  readonly type?: string;
  readonly change?: RawChange;
  readonly hook?: RawChange;
  readonly diagnostic?: RawDiagnostic;
}

interface RawChange {
  readonly action?: string;
  readonly resource?: { readonly addr?: string; readonly resource_type?: string };
}

interface RawDiagnostic {
  readonly severity?: string;
  readonly summary?: string;
  readonly detail?: string;
  readonly address?: string;
  readonly snippet?: { readonly context?: string };
}

function messageOf({ type, change, hook, diagnostic }: RawMessage): Message {
  if (type === "diagnostic" && diagnostic !== undefined) {
    return { kind: "diagnostic", diagnostic: diagnosticOf(diagnostic) };
  }
  const address = (change ?? hook)?.resource?.addr ?? "";
  const action = (change ?? hook)?.action ?? "";
  const planned = type === "planned_change" ? ACTIONS[action] : undefined;
  if (planned !== undefined) {
    const resourceType = change?.resource?.resource_type ?? "";
    return { kind: "planned", change: { address, type: resourceType, action: planned } };
  }
  if (type === "apply_start" && action !== "read") return { kind: "applying", address };
  if (type === "apply_complete" && action !== "read") return { kind: "applied", address, action };
  return { kind: "text" };
}

function diagnosticOf({ severity, summary = "", detail = "", address, snippet }: RawDiagnostic): Diagnostic {
  return {
    severity: severity === "warning" ? "warning" : "error",
    summary,
    detail,
    ...(address && { address }),
    ...(snippet?.context && { context: snippet.context }),
  };
}

function parsed(line: string): RawMessage | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
