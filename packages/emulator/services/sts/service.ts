import { AwsError } from "../../contract";
import type { MountedService } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import { assumeRole } from "./assume-role";
import { text } from "./input";
import { getFederationToken, getSessionToken } from "./user-tokens";

/** STS: caller identity, and sessions of roles and users. */
export function stsService(identities: Identities): MountedService {
  return {
    name: "sts",
    protocol: "query",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    operations: {
      AssumeRole: assumeRole(identities),
      GetAccessKeyInfo: {
        checks: () => [{ action: "sts:GetAccessKeyInfo", resource: "*" }],
        run: (call) => ({ Account: accountOfKey(identities, text(call, "AccessKeyId")) }),
      },
      GetFederationToken: getFederationToken(identities),
      GetSessionToken: getSessionToken(identities),
      GetCallerIdentity: {
        // Always allowed, regardless of the policies.
        checks: () => [],
        run: ({ caller }) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn }),
      },
    },
    forwarded: {},
  };
}

function accountOfKey(identities: Identities, accessKeyId: string): string {
  const account = /^\d{12}$/.test(accessKeyId)
    ? accessKeyId
    : (identities.accessKeys.owner(accessKeyId)?.account ?? identities.sessions.accountOf(accessKeyId));
  if (account !== undefined) return account;
  throw new AwsError(
    "ValidationError",
    `Request failed validation: ${accessKeyId} is not an access key that is known here`,
  );
}
