import type { Caller, JsonObject } from "../contract";

/** The caller's identity in a record of its own account. Source: CloudTrail user guide, "CloudTrail userIdentity element". */
export function identityOf(caller: Caller, accessKeyId?: string): JsonObject {
  const { account, arn, userId } = caller;
  const [uniqueId = userId] = userId.split(":");
  if (caller.kind === "federated-user") {
    const { userArn = "" } = caller;
    const issuer = { type: "IAMUser", arn: userArn, accountId: account, userName: nameIn(userArn) };
    const sessionContext = { sessionIssuer: issuer, attributes: { mfaAuthenticated: "false" } };
    return {
      type: "FederatedUser",
      principalId: userId,
      arn,
      accountId: account,
      accessKeyId,
      sessionContext,
    };
  }
  if (caller.kind !== "assumed-role") {
    const type = caller.kind === "user" ? "IAMUser" : "Root";
    return { type, principalId: userId, arn, accountId: account, accessKeyId, userName: nameIn(arn) };
  }
  const roleArn = caller.roleArn ?? "";
  return {
    type: "AssumedRole",
    principalId: userId,
    arn,
    accountId: account,
    accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: uniqueId,
        arn: roleArn,
        accountId: account,
        userName: nameIn(roleArn),
      },
      attributes: { mfaAuthenticated: "false" },
    },
  };
}

/** The caller's identity in a record of another account: the account that it came from, and no name. */
export function foreignIdentityOf({ account, userId }: Caller): JsonObject {
  return { type: "AWSAccount", principalId: userId, accountId: account };
}

/** What LookupEvents finds under `Username`: a user's name, or the session's. */
export function usernameOf(caller: Caller): string {
  return nameIn(caller.arn);
}

function nameIn(arn: string): string {
  return arn.split("/").pop() ?? arn;
}
