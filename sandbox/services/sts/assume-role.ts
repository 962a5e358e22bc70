import { parseArn } from "../../../core/arn";
import type { NamedDocument } from "../../../policy/evaluate/types";
import { AwsError, type Call, type Operation } from "../../contract";
import type { Identities } from "../../identity/identities";

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const SHORTEST_SECONDS = 900;
const LONGEST_SECONDS = 43_200;
const DEFAULT_SECONDS = 3600;
/** A session that assumes a role gets one hour at most. Source: IAM user guide, "Role chaining". */
const CHAINED_SECONDS = 3600;

/** Parameters that change what a session may do and are not modelled: silence would give it more than on AWS. */
const NOT_MODELLED = [
  "PolicyArns",
  "Tags",
  "TransitiveTagKeys",
  "SerialNumber",
  "TokenCode",
  "ProvidedContexts",
];

interface Target {
  readonly partition: string;
  readonly account: string;
  readonly name: string;
  readonly arn: string;
}

/** AssumeRole: the role must exist, its trust policy and, across accounts, the caller's own policy must allow. */
export function assumeRole(identities: Identities): Operation {
  return {
    async checks(call) {
      const target = readInput(call);
      const role = await identities.role(target.account, target.name, target.partition);
      const exists = role !== undefined && role.arn === target.arn;
      return [
        {
          action: "sts:AssumeRole",
          resource: target.arn,
          resourceAccount: target.account,
          // A role that is not there is refused like one that does not trust the caller: nobody can probe for roles.
          resourcePolicy: { name: `trust policy of role ${target.name}`, document: exists ? role.trust : {} },
          context: {
            "sts:RoleSessionName": text(call, "RoleSessionName"),
            ...(call.input["ExternalId"] === undefined ? {} : { "sts:ExternalId": text(call, "ExternalId") }),
            ...(call.input["SourceIdentity"] === undefined
              ? {}
              : { "sts:SourceIdentity": text(call, "SourceIdentity") }),
          },
        },
      ];
    },
    async run(call) {
      const target = readInput(call);
      const role = await identities.role(target.account, target.name, target.partition);
      if (role === undefined) throw new AwsError("NoSuchEntity", `The role ${target.name} is gone.`, 404);
      const session = identities.sessions.issue(
        {
          partition: target.partition,
          account: target.account,
          roleName: target.name,
          roleArn: role.arn,
          roleId: role.id,
          sessionName: text(call, "RoleSessionName"),
          policies: sessionPolicies(call),
        },
        duration(call, role.maxSessionSeconds),
      );
      return {
        Credentials: {
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: session.secretAccessKey,
          SessionToken: session.token,
          Expiration: session.expiration,
        },
        AssumedRoleUser: {
          AssumedRoleId: `${role.id}:${session.sessionName}`,
          Arn: `arn:${target.partition}:sts::${target.account}:assumed-role/${target.name}/${session.sessionName}`,
        },
        SourceIdentity: call.input["SourceIdentity"],
      };
    },
  };
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
  expect(call, "RoleSessionName", SESSION_NAME);
  if (call.input["ExternalId"] !== undefined) expect(call, "ExternalId", EXTERNAL_ID);
  const name = parsed.resource.split("/").pop() ?? "";
  return { partition: parsed.partition, account: parsed.account, name, arn };
}

function expect(call: Call, name: string, pattern: RegExp): void {
  const value = text(call, name);
  if (pattern.test(value)) return;
  throw new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${name[0]?.toLowerCase() ?? ""}${name.slice(1)}' failed to satisfy ` +
      `constraint: Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`,
  );
}

function duration(call: Call, longestOfRole: number): number {
  const chained = call.caller.kind === "assumed-role";
  const asked = call.input["DurationSeconds"];
  if (asked === undefined) return DEFAULT_SECONDS;
  const seconds = Number(asked);
  if (!Number.isInteger(seconds) || seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
    throw new AwsError(
      "ValidationError",
      `1 validation error detected: Value '${text(call, "DurationSeconds")}' at 'durationSeconds' failed to satisfy ` +
        `constraint: Member must have value between ${SHORTEST_SECONDS} and ${LONGEST_SECONDS}`,
    );
  }
  if (chained && seconds > CHAINED_SECONDS) {
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

function sessionPolicies(call: Call): readonly NamedDocument[] {
  if (call.input["Policy"] === undefined) return [];
  try {
    return [{ name: "session policy", document: JSON.parse(text(call, "Policy")) as unknown }];
  } catch {
    throw new AwsError("MalformedPolicyDocument", "This policy contains invalid Json");
  }
}

function text(call: Call, name: string): string {
  const value = call.input[name];
  return typeof value === "string" ? value : "";
}
