import { meant, type Meaning, type Where } from "./catalogue";
import { readDenial } from "./denial";
import { denialCause } from "./denial-causes";
import type { Explanation } from "./explanation";
import { lookUp } from "./look-up";
import type { ParsedError } from "./reading/parsed-error";
import { terraformEntry } from "./terraform";

/**
 * Explains an AWS error that another program printed, from the tables alone and without a call to AWS. An unknown error
 * keeps AWS's words and has no cause.
 * @param where the account and Region that the text itself does not name
 */
export function explainWords(heard: ParsedError, where: Where = {}): Explanation {
  const place = {
    ...where,
    ...(heard.account && { account: heard.account }),
    ...(heard.region && { region: heard.region }),
  };
  const base = { code: heard.code ?? "Unknown", reason: reasonOf(heard) };
  const denial = readDenial(heard.message);
  if (denial !== undefined && denial.action !== "sts:AssumeRole") {
    return { ...base, ...denialCause(denial, place.account) };
  }
  const meaning = meaningOf(heard);
  return meaning === undefined ? { ...base, fixes: [] } : { ...base, ...meant(meaning, place) };
}

/** Text without a known code may be Terraform's, or describe a copy or a launch that failed. */
function meaningOf(heard: ParsedError): Meaning | undefined {
  const byCode = heard.code === undefined ? undefined : lookUp(heard);
  if (byCode !== undefined) return byCode;
  const message = reasonOf(heard);
  return terraformEntry(message) ?? lookUp({ message });
}

/** `CopyImage: InvalidRequest: ...`, as far as known. */
function reasonOf({ operation, code, message, requestId }: ParsedError): string {
  const isCodeInMessage = code !== undefined && message.includes(code);
  const parts = [operation, isCodeInMessage ? "" : code, message].filter(
    (part) => part !== undefined && part !== "",
  );
  return `${parts.join(": ")}${requestId === undefined ? "" : ` (request id ${requestId})`}`;
}
