import { homeRegion, type Account, type Place, type Topology } from "../../topology";
import { AwsTime } from "./aws-time";
import type { Entry } from "./client-config";
import { assumedRole, baseCredentials } from "./credentials";
import { databasesPort } from "./databases";
import { groupsPort } from "./groups";
import { imagesPort } from "./images";
import { instanceTypesPort } from "./instance-types";
import { keysPort } from "./keys";
import { withJoinedDatabases, withJoinedKeys, withJoinedLooks } from "./looks";
import { memoised, placeKey } from "./memoised";
import { systemTime, type Contact, type Timekeeper } from "./pace";
import { parametersPort } from "./parameters";
import type { AwsAccess } from "./ports";
import { quotasPort } from "./quotas";
import { registeredImagesPort } from "./registered-images";
import { identityPort, rolesPort } from "./roles";
import { settingsPort } from "./settings";
import { storedImagesPort } from "./stored-images";
import { usesPort } from "./uses";

/**
 * Real AWS, or the cloud that `AWS_ENDPOINT_URL` points at. Every account is accessed through its runner role, including the
 * operator's own account, so that no run depends on the operator's own permissions.
 * @param sessionName 2 to 64 characters; the run's name in every account's CloudTrail
 * @param time the clock for pauses between attempts
 */
export function connect(topology: Topology, sessionName: string, time: Timekeeper = systemTime): AwsAccess {
  const anyRegion = homeRegion(topology);
  const contact: Contact = { isMade: false };
  const awsTime = new AwsTime(time);
  const entry = memoised(
    (account: Account): Entry => {
      const role = { account, roleName: account.runnerRole, sessionName, region: anyRegion };
      const withExternalId =
        account.externalId === undefined ? role : { ...role, externalId: account.externalId };
      const base = { credentials: baseCredentials(topology, account), time, contact, awsTime };
      return { credentials: assumedRole(topology, withExternalId, base), time, contact, awsTime };
    },
    (account) => account.id,
  );
  const accountId = (account: Account) => account.id;
  const at = <P>(make: (place: Place, entry: Entry) => P) =>
    memoised((place: Place) => make(place, entry(place.account)), placeKey);
  return {
    images: at((place, account) => withJoinedLooks(imagesPort(place, account))),
    databases: at((place, account) => withJoinedDatabases(databasesPort(place, account))),
    keys: at((place, account) => withJoinedKeys(keysPort(place, account))),
    parameters: at(parametersPort),
    settings: at(settingsPort),
    quotas: at(quotasPort),
    uses: at(usesPort),
    groups: at(groupsPort),
    instanceTypes: at(instanceTypesPort),
    storedImages: at(storedImagesPort),
    registeredImages: at(registeredImagesPort),
    roles: memoised((account: Account) => rolesPort(account, anyRegion, entry(account)), accountId),
    now: () => awsTime.now(),
    identity: memoised((account: Account) => identityPort(account, anyRegion, entry(account)), accountId),
  };
}
