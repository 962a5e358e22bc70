import { replicateRoleName, type Account, type Place, type Topology } from "../../topology";
import { batchJobsPort } from "./batch-jobs";
import type { BucketAccess } from "./bucket-ports";
import { bucketsPort } from "./buckets";
import type { Entry } from "./client-config";
import { assumedRole, baseCredentials } from "./credentials";
import { keysPort } from "./keys";
import { memoised, placeKey } from "./memoised";
import { systemTime, type Contact, type Timekeeper } from "./pace";
import { rolePoliciesPort } from "./role-policies";

/**
 * Real AWS, or the cloud that `AWS_ENDPOINT_URL` points at, accessed with each account's role for replication.
 * @param sessionName 2 to 64 characters; the session's name in every account's CloudTrail
 */
export function connectToBuckets(
  topology: Topology,
  sessionName: string,
  time: Timekeeper = systemTime,
): BucketAccess {
  const region = topology.buckets[0]?.from.region ?? "us-east-1";
  const contact: Contact = { isMade: false };
  const entry = memoised(
    (account: Account): Entry => {
      const { externalId } = account;
      const roleName = replicateRoleName(topology.name);
      const role = {
        account,
        roleName,
        sessionName,
        region,
        ...(externalId === undefined ? {} : { externalId }),
      };
      const base = { credentials: baseCredentials(topology, account), time, contact };
      return { credentials: assumedRole(topology, role, base), time, contact };
    },
    ({ id }) => id,
  );
  const at = <P>(make: (place: Place, entry: Entry) => P) =>
    memoised((place: Place) => make(place, entry(place.account)), placeKey);
  return {
    buckets: at(bucketsPort),
    jobs: at(batchJobsPort),
    keys: at(keysPort),
    roles: memoised(
      (account: Account) => rolePoliciesPort(account, region, entry(account)),
      ({ id }) => id,
    ),
  };
}
