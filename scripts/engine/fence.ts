import { checkingAttempts, type AttemptCheck, type AwsAccess, type AwsPorts } from "../aws";
import { asSentLate } from "./late";
import { isLeaseLost } from "./lease";

type Port<P extends keyof AwsPorts> = ReturnType<AwsPorts[P]>;

/** Every call of every port: whether it changes something at AWS. A call that is not listed does not compile. */
export const CALLS: {
  readonly [P in keyof AwsPorts]: { readonly [M in keyof Port<P>]: "reads" | "changes" };
} = {
  images: {
    describeImages: "reads",
    describeSnapshots: "reads",
    sharedWith: "reads",
    mayLaunch: "reads",
    launchPermissions: "reads",
    createVolumePermissions: "reads",
    describeSnapshot: "reads",
    copyImage: "changes",
    copySnapshot: "changes",
    deregisterImage: "changes",
    deleteSnapshot: "changes",
    changeLaunchPermissions: "changes",
    changeCreateVolumePermissions: "changes",
    setDescription: "changes",
    requireImdsV2: "changes",
    deprecate: "changes",
    enableDeregistrationProtection: "changes",
    createTags: "changes",
    deleteTags: "changes",
  },
  databases: {
    snapshots: "reads",
    sharedAccounts: "reads",
    copySnapshot: "changes",
    deleteSnapshot: "changes",
    changeShares: "changes",
    addTags: "changes",
    removeTags: "changes",
  },
  keys: { describeKey: "reads", aliases: "reads", keyPolicy: "reads" },
  parameters: {
    get: "reads",
    lookAt: "reads",
    read: "reads",
    below: "reads",
    tagged: "reads",
    history: "reads",
    put: "changes",
    delete: "changes",
  },
  roles: { createServiceLinkedRole: "changes", ownPolicies: "reads" },
  identity: { callerArn: "reads" },
  settings: {
    regions: "reads",
    ebsDefaults: "reads",
    allowedImages: "reads",
    blockPublicAccess: "reads",
    tryImageCopy: "reads",
    trySnapshotCopy: "reads",
    hasAutoScalingRole: "reads",
    lastLaunch: "reads",
  },
  quotas: { serviceQuota: "reads", owned: "reads" },
  uses: { usesOf: "reads", snapshotUses: "reads", parametersShowing: "reads", parameter: "reads" },
  instanceTypes: { type: "reads", zonesOf: "reads", zonesOfSubnets: "reads", matching: "reads" },
  storedImages: {
    storeTasks: "reads",
    object: "reads",
    objectTags: "reads",
    keysBelow: "reads",
    uploadsBelow: "reads",
    partsOf: "reads",
    store: "changes",
    restore: "changes",
    beginUpload: "changes",
    copyPart: "changes",
    completeUpload: "changes",
    abortUpload: "changes",
    deleteObject: "changes",
  },
  registeredImages: {
    read: "reads",
    devices: "reads",
    kernel: "reads",
    kernelsOfAmazon: "reads",
    register: "changes",
  },
  groups: { group: "reads", refreshes: "reads", startRefresh: "changes", cancelRefresh: "changes" },
};

type AnyPort = Record<string, (...input: never[]) => Promise<unknown>>;

/**
 * AWS for a run that could lose its leases: the leases are checked before every changing call, at the last moment before each
 * attempt is sent, and after it. A process that was frozen makes no further changes, and a process whose request was sent too
 * late gets an error instead of the response.
 * @param confirm makes sure that the leases are held; throws `LeaseLost`
 */
export function fenced(aws: AwsAccess, confirm: AttemptCheck): AwsAccess {
  const at =
    <P extends keyof AwsPorts>(name: P) =>
    (where: never) =>
      fencedPort((aws[name] as (where: never) => unknown)(where) as AnyPort, CALLS[name], confirm) as Port<P>;
  const ports = Object.fromEntries(Object.keys(CALLS).map((name) => [name, at(name as keyof AwsPorts)]));
  return { ...(ports as unknown as AwsPorts), now: () => aws.now() };
}

function fencedPort(
  port: AnyPort,
  calls: Readonly<Record<string, "reads" | "changes">>,
  confirm: AttemptCheck,
): AnyPort {
  const methods = Object.keys(calls).map((name) => {
    const method = (...input: never[]) => (port[name] as AnyPort[string])(...input);
    return [name, calls[name] === "reads" ? method : checked(method, confirm)] as const;
  });
  return Object.fromEntries(methods);
}

function checked(method: AnyPort[string], confirm: AttemptCheck): AnyPort[string] {
  return (...input) => fencedCall(confirm, () => method(...input));
}

/**
 * Makes one changing call under leases, with a check before it, before each attempt, and after it.
 * @param confirm makes sure that the leases are held; throws `LeaseLost`
 * @throws SentLate if a lease was lost after the call was sent
 */
export async function fencedCall<T>(confirm: AttemptCheck, make: () => Promise<T>): Promise<T> {
  await confirm();
  let isSent = false;
  const beforeAttempt = async () => {
    await confirm();
    isSent = true;
  };
  try {
    return await checkingAttempts(beforeAttempt, make);
  } finally {
    await unlessLost(confirm, isSent);
  }
}

/** A failed confirmation says nothing about the response that AWS returned. @throws the error that replaces the response */
async function unlessLost(confirm: AttemptCheck, isSent: boolean): Promise<void> {
  try {
    await confirm();
  } catch (error) {
    if (isLeaseLost(error)) throw isSent ? asSentLate(error) : error;
  }
}
