import type { Account, Place, Topology } from "../../topology";
import type { CredentialProvider } from "./client-config";
import { assumedRole, baseCredentials } from "./credentials";
import { imagesPort } from "./images";
import { keysPort } from "./keys";
import { parametersPort } from "./parameters";
import type { AwsAccess } from "./ports";
import { identityPort, rolesPort } from "./roles";

/**
 * Real AWS, or whatever `AWS_ENDPOINT_URL` points at. Every account is entered through its runner role, the operator's
 * own account too, so that no run depends on what the operator happens to be allowed.
 * @param sessionName 2 to 64 characters; names the run in every account's trail
 */
export function connect(topology: Topology, sessionName: string): AwsAccess {
  const homeRegion = topology.images[0]?.from.region ?? "us-east-1";
  const credentials = memoised(
    (account: Account): CredentialProvider => {
      const role = { account, roleName: account.runnerRole, sessionName, region: homeRegion };
      const withExternalId =
        account.externalId === undefined ? role : { ...role, externalId: account.externalId };
      return assumedRole(topology, withExternalId, baseCredentials(topology, account));
    },
    (account) => account.id,
  );
  const placeId = (place: Place) => `${place.account.id}/${place.region}`;
  const accountId = (account: Account) => account.id;
  return {
    images: memoised((place: Place) => imagesPort(place, credentials(place.account)), placeId),
    keys: memoised((place: Place) => keysPort(place, credentials(place.account)), placeId),
    parameters: memoised((place: Place) => parametersPort(place, credentials(place.account)), placeId),
    roles: memoised((account: Account) => rolesPort(account, homeRegion, credentials(account)), accountId),
    identity: memoised(
      (account: Account) => identityPort(account, homeRegion, credentials(account)),
      accountId,
    ),
  };
}

function memoised<K, V>(make: (key: K) => V, identity: (key: K) => string): (key: K) => V {
  const made = new Map<string, V>();
  return (key) => {
    const id = identity(key);
    const known = made.get(id);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(id, value);
    return value;
  };
}
