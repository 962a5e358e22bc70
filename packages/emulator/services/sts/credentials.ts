import { AwsError, type Call, type JsonObject } from "../../contract";
import type { Session } from "../../identity/sessions";

/** `Credentials` in the responses of STS. */
export function credentialsOf(session: Session): JsonObject {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.token,
    Expiration: session.expiration,
  };
}

/** Source: STS API reference, "GetFederationToken": such credentials can call no STS operation except GetCallerIdentity. */
export function refuseFederated({ caller, operation }: Call): void {
  if (caller.kind !== "federated-user") return;
  throw new AwsError("AccessDenied", `Cannot call ${operation} with federated user credentials`, 403);
}

/** Only a user's own access key is accepted, not a session. */
export function refuseSession({ caller, operation }: Call): void {
  if (caller.sessionIssued === undefined) return;
  throw new AwsError("AccessDenied", `Cannot call ${operation} with session credentials`, 403);
}
