import { isNamedCode } from "../catalogue";

/**
 * What an AWS error code looks like in running text. `InvalidAMIName.Duplicate`, `AccessDeniedException` and
 * `KMSKeyNotAccessibleFault` are codes; `DeprecationWarning` and Python's `TypeError` are not.
 */
const WORD = /(?:(?:Client|Server)\.)?[A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9.]*[A-Za-z0-9])?/;

/** Endings that AWS's codes have and ordinary words do not. */
const ENDING =
  /(?:Exception|Fault|Failure|Exceeded|Malformed|NotFound|Duplicate|Denied|Operation|Mismatch|Unavailable|NotPermitted|InUse|AlreadyExists|NotSupported|Violation|Conflict|Required|Value|State|Parameter|ParameterCombination|Request|Expired|Token|Entity|Policy|PolicyDocument|Throttling|Limit|Invalid\w*|ValidationError)$/;

/** Classes of programs, not codes of AWS. */
const NO_CODE =
  /Warning$|^(?:\w*Client|Boto\w*|Type|Value|Key|Name|Runtime|Import|Attribute|OS|IO|Range|Reference|Syntax|Service|Provider|Parser?)Error$|^(?:EC2|Ec2|Kms|KMS|S3|Sts|STS|Iam|IAM|Rds|RDS|Ssm|AutoScaling|Amazon\w*|Aws\w*)(?:Service)?Exception$|^(?:Runtime|IllegalState|IllegalArgument|Sdk\w*)Exception$/;

/** A word that is followed by a colon and the rest of the sentence: `CODE: message`. */
const CANDIDATE = new RegExp(`(?<=^|[\\s:("'=])(${WORD.source}):(?:\\s+|$)`, "g");

/**
 * The code without the part that says whose fault it is, except where it tells two codes apart. Source: EC2 API reference, "Error codes".
 */
export function bareCode(code: string): string {
  return code === "Client.InternalError" ? code : code.replace(/^(?:Client|Server)\./, "");
}

/** Whether a word has the form of an AWS error code. */
export function looksLikeCode(word: string): boolean {
  if (isNamedCode(bareCode(word))) return true;
  if (NO_CODE.test(word)) return false;
  const isDotted = /^[A-Z][A-Za-z0-9]+\.[A-Z]/.test(word);
  const hasTwoHumps = /[a-z0-9][A-Z]/.test(word) || /^[A-Z]{2,}[a-z]/.test(word);
  return (
    isDotted ||
    (hasTwoHumps && ENDING.test(word)) ||
    /^(?:Throttling|InternalError|OptInRequired)$/.test(word)
  );
}

/**
 * The code and the message of a line that prints them as `what was done: CODE: message`. Of several candidates the last one
 * counts, because programs put their own words before AWS's; codes inside AWS's own message do not count.
 * @returns undefined when no word has the form of a code
 */
export function codeAndMessage(
  line: string,
): { readonly code: string; readonly message: string } | undefined {
  const candidates = [...line.matchAll(CANDIDATE)].filter(([, word = ""]) => looksLikeCode(word));
  // `UnauthorizedOperation: You are not authorized ... Encoded authorization failure message: ...` ends the search.
  const last = candidates.at(-1);
  if (last?.[1] === undefined) return undefined;
  return { code: bareCode(last[1]), message: line.slice(last.index + last[0].length).trim() };
}

/** The first code in running text that the tables name and that cannot be an ordinary word; undefined if there is none. */
export function namedCodeIn(text: string): string | undefined {
  const words = [...text.matchAll(new RegExp(`\\b${WORD.source}\\b`, "g"))].map(([word]) => bareCode(word));
  return words.find((word) => isNamedCode(word) && /[a-z0-9.][A-Z]/.test(word));
}
