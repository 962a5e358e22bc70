import type { AwsCallError } from "../../aws";
import { ANSWERS } from "./answers";
import type { AnswerEntry, Side } from "./entry";

/** Where something went wrong, as far as it is known; account ids have 12 digits. */
export interface Where {
  readonly account: string;
  readonly region: string;
  /** The source image's account. */
  readonly source?: string;
}

/** The entry for an answer; undefined for one that is not known. */
export function lookUp({ answer, site }: AwsCallError): AnswerEntry | undefined {
  const where = `${site.operation} ${answer.message}`;
  const [operation = ""] = site.operation.split(" ");
  return ANSWERS.find(
    (entry) =>
      entry.codes.includes(answer.code) &&
      (entry.operations === undefined || entry.operations.includes(operation)) &&
      fits(where, entry.text),
  );
}

/** A sentence of a table with its places filled in. */
export function fillIn(text: string, { account, region, source }: Where): string {
  return text
    .replace(/account <source>/g, source === undefined ? "the source image's account" : `account ${source}`)
    .replace(/<account>/g, account)
    .replace(/<region>/g, region);
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
