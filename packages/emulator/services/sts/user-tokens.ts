import { parseArn, partitionOf } from "@keyferry/common";
import { AwsError, type Call, type Operation } from "../../contract";
import type { Identities } from "../../identity/identities";
import { credentialsOf, refuseSession } from "./credentials";
import { constraint, expectPattern, text } from "./input";
import { sessionPolicies } from "./session-policies";
import { readSessionTags, tagContext } from "./session-tags";

const NAME = /^[\w+=,.@-]{2,32}$/;
const SHORTEST_SECONDS = 900;
const LONGEST_SECONDS = 129_600;
const DEFAULT_SECONDS = 43_200;

/** GetSessionToken: temporary credentials of the user itself; policies can neither allow nor deny it. */
export function getSessionToken(identities: Identities): Operation {
  return {
    checks(call) {
      refuseSession(call);
      return [];
    },
    run(call) {
      const used = ["SerialNumber", "TokenCode"].find((name) => call.input[name] !== undefined);
      if (used !== undefined)
        throw new AwsError(
          "UnsupportedOperation",
          `The rehearsal cloud does not model ${used} of sts:GetSessionToken.`,
        );
      const { account, partition, userName } = userOf(call);
      const session = identities.sessions.issue(
        {
          account,
          partition,
          principal: { kind: "user", userName },
          policies: [],
          tags: {},
          transitiveTags: [],
        },
        duration(call),
      );
      return { Credentials: credentialsOf(session) };
    },
  };
}

/** GetFederationToken: temporary credentials for someone else, with the permissions that user and session policies both allow. */
export function getFederationToken(identities: Identities): Operation {
  return {
    checks(call) {
      refuseSession(call);
      expectPattern(call, "Name", NAME);
      const tags = readSessionTags(call);
      const check = { resource: federatedArn(call), context: tagContext(tags) };
      const tagged = Object.keys(tags.asked).length > 0;
      return ["sts:GetFederationToken", ...(tagged ? ["sts:TagSession"] : [])].map((action) => ({
        ...check,
        action,
      }));
    },
    async run(call) {
      const { account, partition, userName } = userOf(call);
      const name = text(call, "Name");
      const policies = await sessionPolicies(call, identities, { account, partition });
      const session = identities.sessions.issue(
        {
          account,
          partition,
          principal: { kind: "federated-user", userName, name },
          policies,
          tags: readSessionTags(call).asked,
          transitiveTags: [],
        },
        duration(call),
      );
      return {
        Credentials: credentialsOf(session),
        FederatedUser: { FederatedUserId: `${account}:${name}`, Arn: federatedArn(call) },
      };
    },
  };
}

/** The calling user; the account's administrator has no name in IAM. */
function userOf({ caller, region }: Call) {
  const partition = parseArn(caller.arn)?.partition ?? partitionOf(region);
  const name = caller.arn.replace(/^.*\//, "");
  return { account: caller.account, partition, userName: name === "administrator" ? undefined : name };
}

function federatedArn(call: Call): string {
  const { account, partition } = userOf(call);
  return `arn:${partition}:sts::${account}:federated-user/${text(call, "Name")}`;
}

function duration(call: Call): number {
  const asked = call.input["DurationSeconds"];
  if (asked === undefined) return DEFAULT_SECONDS;
  const seconds = Number(asked);
  if (Number.isInteger(seconds) && seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS) return seconds;
  const limits = `have value between ${SHORTEST_SECONDS} and ${LONGEST_SECONDS}`;
  throw constraint("DurationSeconds", text(call, "DurationSeconds"), limits);
}
