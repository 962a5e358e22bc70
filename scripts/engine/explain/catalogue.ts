import { ANSWERS } from "./answers";
import type { AnswerEntry, Cause, Side } from "./entry";
import type { Explanation } from "./explanation";

/** Where something went wrong, as far as known; account ids have 12 digits. */
export interface Where {
  /** The account that was called. */
  readonly account?: string;
  /** The Region that was called. */
  readonly region?: string;
  /** The source image's account. */
  readonly source?: string;
}

/** AWS's error, as far as known. */
export interface Words {
  /** AWS's error code. */
  readonly code?: string;
  /** `CopyImage`, or with its target: `AssumeRole arn:...` */
  readonly operation?: string;
  readonly message: string;
}

/** What a table says about an error. */
export type Meaning = Cause & Pick<AnswerEntry, "operations" | "others" | "distinguish" | "byHand">;

/**
 * The entry for an error; undefined for an unknown one. AWS's own sentence says more than a code, and must identify an error without one.
 */
export function entryOf({ code, operation = "", message }: Words): AnswerEntry | undefined {
  const words = `${operation} ${message}`;
  const [name = ""] = operation.split(" ");
  const fitting = ANSWERS.filter(
    (candidate) =>
      (code === undefined ? isSentence(candidate) : hasCode(candidate, code)) &&
      (candidate.operations === undefined || candidate.operations.includes(name)) &&
      fits(words, candidate.text),
  );
  return fitting.find(isSentence) ?? fitting[0];
}

/** The parts of an explanation that come from a table's entry, with its placeholders filled in. */
export function meant(
  meaning: Meaning,
  where: Where,
): Omit<Explanation, "code" | "reason"> & { readonly cause: string } {
  const account = accountOf(meaning.side, where);
  const { others = [], distinguish, byHand } = meaning;
  return {
    cause: fillIn(meaning.cause, where),
    fixes: [fillIn(meaning.fix, where)],
    ...(account === undefined ? {} : { account }),
    ...(others.length === 0
      ? {}
      : {
          others: others.map(({ cause, fix }) => ({ cause: fillIn(cause, where), fix: fillIn(fix, where) })),
        }),
    ...(distinguish === undefined ? {} : { distinguish: fillIn(distinguish, where) }),
    ...(byHand === undefined ? {} : { byHand: fillIn(byHand, where) }),
  };
}

/** A sentence of a table with its placeholders filled in; an unknown account or Region is described instead. */
export function fillIn(text: string, { account, region, source }: Where): string {
  return text
    .replace(/account <source>/g, source === undefined ? "the source image's account" : `account ${source}`)
    .replace(/account <account>/g, account === undefined ? "the account of the call" : `account ${account}`)
    .replace(/(the Region )?<region>/g, (_, before: string = "") =>
      region === undefined ? "the Region of the call" : `${before}${region}`,
    );
}

/** The account (12 digits) whose administrator makes the fix; undefined if it is neither account, or not known. */
export function accountOf(side: Side, { account, source }: Where): string | undefined {
  switch (side) {
    case "caller":
      return account;
    case "source":
      return source;
    case "organisation":
    case "user":
      return undefined;
  }
}

/** The SDK for Ruby prints codes without their dots; EC2 puts `KMS.` before KMS's codes. */
function hasCode({ codes }: AnswerEntry, code: string): boolean {
  const plain = plainCode(code);
  return codes.some((known) => plainCode(known) === plain);
}

function plainCode(code: string): string {
  return code.replace(/^KMS\./, "").replace(/\./g, "");
}

/** Whether the tables list a code by its name. */
export function isNamedCode(code: string): boolean {
  return ANSWERS.some((entry) => hasCode(entry, code));
}

function isSentence({ text, isSentence: declared }: AnswerEntry): boolean {
  return declared ?? typeof text === "string";
}

function fits(where: string, text: string | RegExp | undefined): boolean {
  if (text === undefined) return true;
  return typeof text === "string" ? where.includes(text) : text.test(where);
}
