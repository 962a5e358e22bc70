import { accountOf, fillIn, lookUp, type Where } from "./catalogue";
import { readDenial } from "./denial";
import { denialCause } from "./denial-causes";
import type { Side } from "./entry";
import type { Explanation } from "./explanation";
import { launchEntry } from "./launches";
import type { Heard } from "./read-words";
import { stateEntry } from "./states";

/**
 * What the tables know of a refusal that another program has met; without a look at AWS. One that they do not know keeps
 * AWS's words and has no cause.
 * @param where what the words themselves do not tell
 */
export function explainWords(heard: Heard, where: Where = {}): Explanation {
  const told = {
    ...where,
    ...(heard.account && { account: heard.account }),
    ...(heard.region && { region: heard.region }),
  };
  const base = { code: heard.code ?? "Unknown", reason: reasonOf(heard) };
  const denial = readDenial(heard.message);
  if (denial !== undefined && denial.action !== "sts:AssumeRole") {
    return { ...base, ...denialCause(denial, told.account) };
  }
  const entry = entryOf(heard);
  if (entry === undefined) return { ...base, fixes: [] };
  const account = accountOf(entry.side, told);
  return {
    ...base,
    cause: fillIn(entry.cause, told),
    fixes: [fillIn(entry.fix, told)],
    ...(account === undefined ? {} : { account }),
  };
}

interface Entry {
  readonly cause: string;
  readonly fix: string;
  readonly side: Side;
}

/** What no code tells may be the words on a copy or a launch that has failed. */
function entryOf(heard: Heard): Entry | undefined {
  const byCode = heard.code === undefined ? undefined : lookUp(heard);
  if (byCode !== undefined) return byCode;
  const message = reasonOf(heard);
  return stateEntry(message) ?? lookUp({ message }) ?? launchEntry(message);
}

/** `CopyImage: InvalidRequest: ...`, as far as it is known. */
function reasonOf({ operation, code, message, requestId }: Heard): string {
  const parts = [operation, code, message].filter((part) => part !== undefined && part !== "");
  return `${parts.join(": ")}${requestId === undefined ? "" : ` (request id ${requestId})`}`;
}
