import type { Account, Place, Topology } from "../../topology";
import { AwsTime } from "./aws-time";
import { bucketReplicationPort, type BucketReplicationPort } from "./bucket-replication";
import type { Entry } from "./client-config";
import { databasesPort } from "./databases";
import { assumedRole, baseCredentials } from "./credentials";
import { imagesPort } from "./images";
import { keyLifePort, type KeyLifePort } from "./key-life";
import { keyGrantsPort, type KeyGrantsPort } from "./key-grants";
import { keyMaterialPort, type KeyMaterialPort } from "./key-material";
import { keyRotationPort, type KeyRotationPort } from "./key-rotation";
import { keyTrailPort, type KeyTrailPort } from "./key-trail";
import { keysPort } from "./keys";
import { keyUsesPort, type KeyUsesPort } from "./key-uses";
import { withJoinedDatabases, withJoinedLooks } from "./looks";
import { memoised, placeKey } from "./memoised";
import { systemTime, type Contact, type Timekeeper } from "./pace";
import { parametersPort } from "./parameters";
import type {
  DatabasesPort,
  IdentityPort,
  ImagesPort,
  KeysPort,
  ParametersPort,
  RolesPort,
  UsesPort,
} from "./ports";
import { identityPort, rolesPort } from "./roles";
import { usesPort } from "./uses";

/**
 * AWS as the deploy role of an account sees it, which is what Terraform works with: the life of keys, and what exists
 * outside the topology, where the runner role may look at nothing. Nothing is called before a port's method is.
 */
export interface DeployerAccess {
  keyLife(place: Place): KeyLifePort;
  keyUses(place: Place): KeyUsesPort;
  keyGrants(place: Place): KeyGrantsPort;
  keyMaterial(place: Place): KeyMaterialPort;
  keyRotation(place: Place): KeyRotationPort;
  keyTrail(place: Place): KeyTrailPort;
  images(place: Place): ImagesPort;
  databases(place: Place): DatabasesPort;
  keys(place: Place): Pick<KeysPort, "aliases">;
  parameters(place: Place): ParametersPort;
  uses(place: Place): UsesPort;
  identity(place: Place): IdentityPort;
  roles(place: Place): RolesPort;
  bucketReplication(place: Place): BucketReplicationPort;
  /** AWS's time, as its last answer told it. */
  now(): Date;
}

/**
 * Real AWS, or whatever `AWS_ENDPOINT_URL` points at, entered as Terraform enters it: through the deploy role of each
 * account, or with its profile or the ambient credentials where it has none.
 * @param sessionName 2 to 64 characters; names the session in every account's trail
 */
export function connectAsDeployer(
  topology: Topology,
  sessionName: string,
  time: Timekeeper = systemTime,
): DeployerAccess {
  const contact: Contact = { isMade: false };
  const awsTime = new AwsTime(time);
  const entry = memoised(
    ({ account, region }: Place) =>
      entryOf(topology, account, region, sessionName, { time, contact, awsTime }),
    ({ account }) => account.id,
  );
  const at = <P>(make: (place: Place, entry: Entry) => P) =>
    memoised((place: Place) => make(place, entry(place)), placeKey);
  return {
    keyLife: at(keyLifePort),
    keyUses: at(keyUsesPort),
    keyGrants: at(keyGrantsPort),
    keyMaterial: at(keyMaterialPort),
    keyRotation: at(keyRotationPort),
    keyTrail: at(keyTrailPort),
    images: at((place, account) => withJoinedLooks(imagesPort(place, account))),
    databases: at((place, account) => withJoinedDatabases(databasesPort(place, account))),
    keys: at(keysPort),
    parameters: at(parametersPort),
    uses: at(usesPort),
    bucketReplication: at(bucketReplicationPort),
    roles: at(({ account, region }, found) => rolesPort(account, region, found)),
    now: () => awsTime.now(),
    identity: at(({ account, region }, found) => identityPort(account, region, found)),
  };
}

/** What the clients of an account are made with where they act as Terraform does. */
export function entryOf(
  topology: Topology,
  account: Account,
  region: string,
  sessionName: string,
  common: Entry = {},
): Entry {
  const base = { ...common, credentials: baseCredentials(topology, account) };
  if (account.deployRole === undefined) return base;
  const role = { account, roleName: account.deployRole, sessionName, region };
  return { ...common, credentials: assumedRole(topology, role, base) };
}
