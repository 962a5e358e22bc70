import type { MountedService } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import { assumeRole } from "./assume-role";

/** STS: who am I, and sessions of roles. */
export function stsService(identities: Identities): MountedService {
  return {
    name: "sts",
    protocol: "query",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    operations: {
      AssumeRole: assumeRole(identities),
      GetCallerIdentity: {
        // Always allowed, whatever the policies say.
        checks: () => [],
        run: ({ caller }) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn }),
      },
    },
    forwarded: {},
  };
}
