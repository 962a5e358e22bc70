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
 * AWS, accessed with the deploy role of an account, which Terraform also uses: the life cycle of keys, and what exists outside the
 * topology, where the runner role can read nothing. Makes no calls until a method of a port is called.
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
  /** AWS's time, from its last response. */
  now(): Date;
}

/**
 * Real AWS, or the cloud that `AWS_ENDPOINT_URL` points at, accessed like Terraform does: with the deploy role of each account, or
 * with its profile or the ambient credentials if it has none.
 * @param sessionName 2 to 64 characters; the session's name in every account's CloudTrail
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

/** The configuration of an account's clients that use the same identity as Terraform. */
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
