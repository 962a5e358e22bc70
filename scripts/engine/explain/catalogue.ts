import { ANSWERS } from "./answers";
import type { AnswerEntry, Side } from "./entry";

/** Where something went wrong, as far as it is known; account ids have 12 digits. */
export interface Where {
  /** That was called. */
  readonly account?: string;
  /** That was called. */
  readonly region?: string;
  /** The source image's account. */
  readonly source?: string;
}

/** What AWS has answered, as far as it is known. */
export interface Words {
  /** AWS's error code. */
  readonly code?: string;
  /** `CopyImage`, or with what it was called on: `AssumeRole arn:...` */
  readonly operation?: string;
  readonly message: string;
}

/** The entry for an answer; undefined for one that is not known. Without a code, AWS's own text must tell it. */
export function lookUp({ code, operation = "", message }: Words): AnswerEntry | undefined {
  const words = `${operation} ${message}`;
  const [name = ""] = operation.split(" ");
  return ANSWERS.find(
    (entry) =>
      (code === undefined ? entry.text !== undefined : entry.codes.includes(code)) &&
      (entry.operations === undefined || entry.operations.includes(name)) &&
      fits(words, entry.text),
  );
}

/** A sentence of a table with its places filled in; what is not known is named as far as it can be. */
export function fillIn(text: string, { account, region, source }: Where): string {
  return text
    .replace(/account <source>/g, source === undefined ? "the source image's account" : `account ${source}`)
    .replace(/account <account>/g, account === undefined ? "the account of the call" : `account ${account}`)
    .replace(/(the Region )?<region>/g, (_, before: string = "") =>
      region === undefined ? "the Region of the call" : `${before}${region}`,
    );
}

/** The account (12 digits) whose administrator makes the fix; undefined where it is none of them, or not known. */
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

function fits(where: string, text: string | RegExp | undefined): boolean {
  if (text === undefined) return true;
  return typeof text === "string" ? where.includes(text) : text.test(where);
}
