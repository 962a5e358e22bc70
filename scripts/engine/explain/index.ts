import { AWS_TEXTS } from "@keyferry/common";
import { isKeyferryError } from "../../../core/errors";
import { AwsCallError, isAccessDenied } from "../../aws";
import type { ReadContext } from "../context";
import { CopyFailedError } from "../errors";
import { accountOf, fillIn, meant, type Where } from "./catalogue";
import { readDenial } from "./denial";
import { explainDeniedCall } from "./denied-call";
import type { Explanation } from "./explanation";
import { explainKeyAccess } from "./key-access";
import { lookUp } from "./look-up";
import { stateEntry } from "./states";

export type { Explanation } from "./explanation";
export { DEPLOY } from "./entry";
export { explainLaunch } from "./launches";
export { explainDeployment, type DeployFailure, type DeploySite } from "./deployments";
export { explainWords } from "./explain-words";
export type { ParsedError } from "./reading/parsed-error";
export { readWords } from "./reading/read-words";

/**
 * Explains any failure: the reason, the likely cause, what to do, and in which account.
 * @param task id of the task that failed; its rule determines the source image's account. @default - not known
 */
export async function explain(context: ReadContext, error: unknown, task?: string): Promise<Explanation> {
  const source = sourceAccount(context, task);
  if (error instanceof CopyFailedError) return explainFailedCopy(context, error);
  if (error instanceof AwsCallError) {
    const denial = isAccessDenied(error) ? readDenial(error.answer.message) : undefined;
    return denial === undefined || denial.action === "sts:AssumeRole"
      ? explainAwsAnswer(error, source)
      : explainDeniedCall(context, error, denial);
  }
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

/**
 * Explains an AWS error from the tables; an unknown error keeps AWS's full text with its request id.
 * @param source the source image's account, 12 digits. @default - not known
 */
export function explainAwsAnswer(error: AwsCallError, source?: string): Explanation {
  const entry = lookUp({ operation: error.site.operation, ...error.answer });
  const base = { code: error.answer.code, reason: error.message };
  if (entry === undefined) return { ...base, fixes: [], account: error.site.account };
  const where: Where = { ...error.site, ...(source === undefined ? {} : { source }) };
  return { ...base, ...meant(entry, where) };
}

async function explainFailedCopy(
  context: ReadContext,
  { code, copy }: CopyFailedError,
): Promise<Explanation> {
  const { reason, node, imageId } = copy;
  const { account, region } = node.place;
  const base = { code, reason: `${imageId} in ${account.id} ${region} failed: ${reason}` };
  const where = { account: account.id, region, source: copy.from.account.id };
  const entry = stateEntry(reason);
  if (entry === undefined) {
    return {
      ...base,
      fixes: ["run again: the failed copy is deleted and created again"],
      account: account.id,
    };
  }
  const found = reason.includes(AWS_TEXTS.keyNotAccessible)
    ? await explainKeyAccess(context, copy)
    : { fixes: [fillIn(entry.fix, where)] };
  return {
    ...base,
    cause: fillIn(entry.cause, where),
    ...found,
    account: accountOf(entry.side, where) ?? account.id,
  };
}

/** `web/final/prod/eu-central-1` -> the account from which `web` comes. */
function sourceAccount({ topology }: ReadContext, task: string | undefined): string | undefined {
  const [rule] = task?.split("/") ?? [];
  return topology.rules.find(({ name }) => name === rule)?.from.account.id;
}
