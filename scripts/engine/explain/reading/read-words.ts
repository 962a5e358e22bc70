import { launchEntry } from "../launches";
import { stateEntry } from "../states";
import { namedCodeIn } from "./error-code";
import { parsedErrorOf, type ParsedError } from "./parsed-error";
import { inJson, parsed } from "./in-json";
import { readShape } from "./shapes";
import { cleanText, unitsOf } from "./units";

/** What EC2 and Auto Scaling put before the reason why an instance was not started. */
const INSTANCE_STATE =
  /(?<!\()\bClient\.(?:InternalError|InvalidKMSKey|UserInitiated|VolumeLimitExceeded|InstanceInitiated)/;

/** The longest text that may be AWS's message alone; a log is longer. */
const LONGEST_WORDS = 2000;

/**
 * The errors in the output of a program: AWS CLI, SDKs, Terraform, Packer, CloudFormation, Keyferry; logs, also in JSON;
 * JSON of CloudTrail, EventBridge and AWS's describe calls; or AWS's message alone. Each error once, in order.
 */
export function readWords(text: string): readonly ParsedError[] {
  const { before, answer } = withAnswer(text);
  const words = cleanText(before);
  const found = distinct([...inLines(words), ...(answer === undefined ? [] : inJson(answer, inText))]);
  if (answer !== undefined || found.length > 0) return found;
  const bare = unitsOf(words).join(" ");
  return bare === "" || bare.length > LONGEST_WORDS
    ? []
    : [parsedErrorOf({ message: bare, code: namedCodeIn(bare) })];
}

/** A text that ends with an answer in JSON: people copy it together with the command that they ran. */
function withAnswer(text: string): { readonly before: string; readonly answer?: object } {
  const start = text.search(/^[ \t]*[[{]/m);
  const answer = start < 0 ? undefined : parsed(text.slice(start));
  return typeof answer === "object" && answer !== null
    ? { before: text.slice(0, start), answer }
    : { before: text };
}

function* inLines(text: string): Generator<ParsedError> {
  const json = text.split("\n").map((line) => ({ line, value: jsonIn(line) }));
  for (const { value } of json) if (value !== undefined) yield* inJson(value, inText);
  yield* inText(json.map(({ line, value }) => (value === undefined ? line : "")).join("\n"));
}

/** A line of a log may be JSON, alone or after a time and a level. */
function jsonIn(line: string): unknown {
  const start = line.indexOf("{");
  const value = start < 0 ? undefined : parsed(line.slice(start));
  return typeof value === "object" ? value : undefined;
}

/** Only text that has the form of an error, or AWS's message about a failed copy or launch. */
function inText(text: string): readonly ParsedError[] {
  return unitsOf(cleanText(text)).flatMap((unit) => {
    // `Client.InternalError: Client error on launch` is a state, although it has the form of a code.
    const heard = INSTANCE_STATE.test(unit) ? undefined : readShape(unit);
    if (heard !== undefined) return [heard];
    return stateEntry(unit) !== undefined || launchEntry(unit) !== undefined ? [{ message: unit }] : [];
  });
}

/** Each error once: programs print one again without the call that it belongs to. */
function distinct(heard: readonly ParsedError[]): readonly ParsedError[] {
  const different = [...new Map(heard.map((one) => [JSON.stringify(one), one])).values()].filter(
    ({ message, code }) => message !== "" || code !== undefined,
  );
  const ofCalls = new Set(
    different
      .filter(namesCall)
      .flatMap(({ code, message }) => [wordsOf({ code, message }), wordsOf({ message })]),
  );
  return different.filter((one) => namesCall(one) || !ofCalls.has(wordsOf(one)));
}

function namesCall({ operation, requestId }: ParsedError): boolean {
  return operation !== undefined || requestId !== undefined;
}

function wordsOf({
  code,
  message,
}: {
  readonly code?: string | undefined;
  readonly message: string;
}): string {
  return JSON.stringify([code, message]);
}
