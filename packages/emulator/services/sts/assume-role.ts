import { parseArn } from "@keyferry/common";
import { AwsError, type AccessCheck, type Call, type Operation } from "../../contract";
import type { Identities } from "../../identity/identities";
import { credentialsOf, refuseFederated } from "./credentials";
import { constraint, expectPattern, text } from "./input";
import { sessionPolicies } from "./session-policies";
import { readSessionTags, tagContext, tagsOfNewSession } from "./session-tags";

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const SHORTEST_SECONDS = 900;
const LONGEST_SECONDS = 43_200;
const DEFAULT_SECONDS = 3600;
/** A session that assumes a role gets at most one hour. Source: IAM user guide, "Role chaining". */
const CHAINED_SECONDS = 3600;

/** Parameters that change what a session may do and are not modelled: to ignore them would allow more than on AWS. */
const NOT_MODELLED = ["SerialNumber", "TokenCode", "ProvidedContexts"];

interface Target {
  readonly partition: string;
  readonly account: string;
  readonly name: string;
  readonly arn: string;
}

/** AssumeRole: the role must exist, and its trust policy and, across accounts, the caller's own policy must allow it. */
export function assumeRole(identities: Identities): Operation {
  return {
    async checks(call) {
      refuseFederated(call);
      const target = readInput(call);
      const role = await identities.role(target.account, target.name, target.partition);
      const exists = role !== undefined && role.arn === target.arn;
      const check: Omit<AccessCheck, "action"> = {
        resource: target.arn,
        resourceAccount: target.account,
        // A role that does not exist is refused like one that does not trust the caller, so that callers cannot probe
        // for roles.
        resourcePolicy: {
          name: `trust policy of role ${target.name}`,
          document: exists ? role.trust : { Statement: [] },
        },
        principalIds: identities.trust.ids.get(`${target.partition}/${target.account}/${target.name}`),
        context: requestContext(call),
      };
      return actionsOf(call).map((action) => ({ ...check, action }));
    },
    async run(call) {
      const target = readInput(call);
      const role = await identities.role(target.account, target.name, target.partition);
      if (role === undefined) throw new AwsError("NoSuchEntity", `The role ${target.name} was deleted.`, 404);
      const seconds = duration(call, role.maxSessionSeconds);
      const sessionName = text(call, "RoleSessionName");
      const session = identities.sessions.issue(
        {
          partition: target.partition,
          account: target.account,
          principal: { kind: "role", roleName: target.name, roleArn: role.arn, roleId: role.id, sessionName },
          policies: await sessionPolicies(call, identities, target),
          ...tagsOfNewSession(call, readSessionTags(call)),
          sourceIdentity: sourceIdentity(call),
        },
        seconds,
      );
      return {
        Credentials: credentialsOf(session),
        AssumedRoleUser: {
          AssumedRoleId: `${role.id}:${sessionName}`,
          Arn: `arn:${target.partition}:sts::${target.account}:assumed-role/${target.name}/${sessionName}`,
        },
        SourceIdentity: session.sourceIdentity,
      };
    },
  };
}

/** Tags and a source identity, including inherited ones, need separate permissions, on the same role. */
function actionsOf(call: Call): readonly string[] {
  const { asked, transitive } = readSessionTags(call);
  const inherited = call.caller.transitiveTags ?? [];
  const tagged = Object.keys(asked).length + transitive.length + inherited.length > 0;
  return [
    "sts:AssumeRole",
    ...(tagged ? ["sts:TagSession"] : []),
    ...(sourceIdentity(call) === undefined ? [] : ["sts:SetSourceIdentity"]),
  ];
}

function requestContext(call: Call): NonNullable<AccessCheck["context"]> {
  const identity = sourceIdentity(call);
  return {
    "sts:RoleSessionName": text(call, "RoleSessionName"),
    ...(call.input["ExternalId"] === undefined ? {} : { "sts:ExternalId": text(call, "ExternalId") }),
    ...(identity === undefined ? {} : { "sts:SourceIdentity": identity }),
    ...tagContext(readSessionTags(call)),
  };
}

/** A source identity is kept through a chain of roles. @throws AwsError when the call requests another one */
function sourceIdentity(call: Call): string | undefined {
  const inherited = call.caller.sourceIdentity;
  const asked = call.input["SourceIdentity"] === undefined ? undefined : text(call, "SourceIdentity");
  if (asked !== undefined && inherited !== undefined && asked !== inherited) {
    throw new AwsError(
      "AccessDenied",
      "The source identity of a session cannot be changed in a chain of roles.",
      403,
    );
  }
  return asked ?? inherited;
}

function readInput(call: Call): Target {
  const refused = NOT_MODELLED.find((name) => call.input[name] !== undefined);
  if (refused !== undefined) {
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not model ${refused} of sts:AssumeRole.`,
    );
  }
  const arn = text(call, "RoleArn");
  const parsed = parseArn(arn);
  if (parsed === undefined || parsed.service !== "iam" || !parsed.resource.startsWith("role/")) {
    throw new AwsError("ValidationError", `${arn} is invalid`);
  }
  expectPattern(call, "RoleSessionName", SESSION_NAME);
  if (call.input["ExternalId"] !== undefined) expectPattern(call, "ExternalId", EXTERNAL_ID);
  if (call.input["SourceIdentity"] !== undefined) expectPattern(call, "SourceIdentity", SESSION_NAME);
  const name = parsed.resource.split("/").pop() ?? "";
  return { partition: parsed.partition, account: parsed.account, name, arn };
}

function duration(call: Call, longestOfRole: number): number {
  const asked = call.input["DurationSeconds"];
  if (asked === undefined) return DEFAULT_SECONDS;
  const seconds = Number(asked);
  if (!Number.isInteger(seconds) || seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
    const limits = `have value between ${SHORTEST_SECONDS} and ${LONGEST_SECONDS}`;
    throw constraint("DurationSeconds", text(call, "DurationSeconds"), limits);
  }
  if (call.caller.kind === "assumed-role" && seconds > CHAINED_SECONDS) {
    throw new AwsError(
      "ValidationError",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  if (seconds > longestOfRole) {
    throw new AwsError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  return seconds;
}
