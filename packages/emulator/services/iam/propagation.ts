import { parseArn, partitionOf } from "@keyferry/common";
import { AwsError, type Call } from "../../contract";
import type { Relay } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import type { Named } from "../../identity/iam-reader";
import type { WireResponse } from "../../wire/message";

export const READING = /^(Get|List)/;

/**
 * Forwards an operation that moto answers, with IAM's consistency: before a write, the affected roles and users are
 * kept in their earlier state for readers that still see it; a read by name does not find a role or user that was just
 * created.
 */
export function propagating(operation: string, identities: Identities, relay?: Relay): Relay {
  return async (exchange) => {
    const { call } = exchange;
    const { account } = call.caller;
    const partition = parseArn(call.caller.arn)?.partition ?? partitionOf(call.region);
    if (!READING.test(operation)) await identities.hold(account, partition, call.input);
    else refuseUnseen(call, (named) => identities.isUnseen(named, account, partition));
    const answer = await (relay === undefined ? exchange.forward(exchange.request) : relay(exchange));
    return LISTING.test(operation) ? withTruncation(operation, answer) : answer;
  };
}

const LISTING = /^(List|GetGroup$)/;

/** Every list response of AWS says whether there is more, and clients rely on it; moto leaves it out of some. */
function withTruncation(operation: string, answer: WireResponse): WireResponse {
  const body = String(answer.body);
  if (answer.status >= 400 || body.includes("<IsTruncated>")) return answer;
  const end = `</${operation}Result>`;
  return { ...answer, body: body.replace(end, `<IsTruncated>false</IsTruncated>${end}`) };
}

function refuseUnseen(call: Call, isUnseen: (named: Named) => boolean): void {
  const { RoleName, UserName } = call.input;
  const asked: readonly Named[] = [
    ...(typeof RoleName === "string" ? [{ kind: "role" as const, name: RoleName }] : []),
    ...(typeof UserName === "string" ? [{ kind: "user" as const, name: UserName }] : []),
  ];
  const unseen = asked.find(isUnseen);
  if (unseen === undefined) return;
  throw new AwsError("NoSuchEntity", `The ${unseen.kind} with name ${unseen.name} cannot be found.`, 404);
}
