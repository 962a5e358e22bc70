import { AWS_TEXTS } from "../../../core/aws-texts";
import { isKeyferryError } from "../../../core/errors";
import { AwsCallError } from "../../aws";
import type { LookContext } from "../context";
import { CopyFailedError } from "../errors";
import { fillIn, lookUp } from "./catalogue";
import type { Explanation } from "./explanation";
import { explainKeyAccess } from "./key-access";

export type { Explanation } from "./explanation";

/** Any failure for people: the reason, the likely cause, what to do, in whose account. */
export async function explain(context: LookContext, error: unknown): Promise<Explanation> {
  if (error instanceof CopyFailedError) return explainFailedCopy(context, error);
  if (error instanceof AwsCallError) return explainAwsAnswer(error);
  if (isKeyferryError(error)) {
    return {
      code: error.code,
      reason: error.message,
      fixes: error.fix === undefined ? [] : [error.fix],
      ...(error.account === undefined ? {} : { account: error.account }),
    };
  }
  return { code: "Unexpected", reason: error instanceof Error ? error.message : String(error), fixes: [] };
}

/** An answer that is not in the catalogue keeps AWS's text whole, with its request id. */
export function explainAwsAnswer(error: AwsCallError): Explanation {
  const entry = lookUp(error);
  return {
    code: error.answer.code,
    reason: error.message,
    ...(entry === undefined ? {} : { cause: fillIn(entry.cause, error) }),
    fixes: entry === undefined ? [] : [fillIn(entry.fix, error)],
    account: error.site.account,
  };
}

async function explainFailedCopy(context: LookContext, error: CopyFailedError): Promise<Explanation> {
  const { reason, node, imageId } = error.copy;
  const base = {
    code: error.code,
    reason: `${imageId} in ${node.place.account.id} ${node.place.region} failed: ${reason}`,
    account: node.place.account.id,
  };
  if (!reason.includes(AWS_TEXTS.keyNotAccessible)) {
    return { ...base, fixes: ["run again: the failed copy is removed and made anew"] };
  }
  return {
    ...base,
    cause:
      "EC2 uses both keys of a copy in the name of the runner role; of the two halves that allow it, the key's policy and the role's policy, one is missing",
    fixes: await explainKeyAccess(context, error.copy),
  };
}
