import { ANSWERS } from "./answers";
import type { AnswerEntry, Cause, Side } from "./entry";
import type { Explanation } from "./explanation";
import { familyOf } from "./families";

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

/** What a table says of an answer. */
export type Meaning = Cause & Pick<AnswerEntry, "operations" | "others" | "distinguish" | "byHand">;

/**
 * What an answer means; undefined for one that is not known. Without a code, AWS's own sentence must tell it. A code that
 * no entry names may belong to a family of codes, such as those of things that do not exist.
 */
export function lookUp({ code, operation = "", message }: Words): Meaning | undefined {
  const words = `${operation} ${message}`;
  const [name = ""] = operation.split(" ");
  const entry = ANSWERS.find(
    (candidate) =>
      (code === undefined ? isSentence(candidate) : hasCode(candidate, code)) &&
      (candidate.operations === undefined || candidate.operations.includes(name)) &&
      fits(words, candidate.text),
  );
  return entry ?? (code === undefined ? undefined : familyOf(code));
}

/** The parts of an explanation that a table's entry gives, with its places filled in. */
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

/** The SDK for Ruby prints codes without their dots; EC2 answers KMS's codes behind `KMS.`. */
function hasCode({ codes }: AnswerEntry, code: string): boolean {
  const plain = plainCode(code);
  return codes.some((known) => plainCode(known) === plain);
}

function plainCode(code: string): string {
  return code.replace(/^KMS\./, "").replace(/\./g, "");
}

/** Whether a code stands in the tables by its name. */
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
