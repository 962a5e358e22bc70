/**
 * What the script needs of AWS, and no more: plain data in and out, so that a test can stand in for a whole cloud.
 * Every method may throw `AwsCallError`; "not there" is an answer, not an error, where the type says so.
 */
import type { Account, Place } from "../../topology";
import type { DatabasesPort, DbSnapshotView } from "./database-ports";
import type { GroupsPort, InstanceTypesPort } from "./launch-ports";
import type { RegisteredImagesPort } from "./registered-images-port";
import type { StoredImagesPort } from "./stored-images-port";

export * from "./database-ports";
export * from "./launch-ports";
export * from "./registered-images-port";
export type * from "./stored-images-port";

export interface ImageVolume {
  readonly deviceName: string;
  readonly snapshotId: string;
  readonly sizeGiB: number;
  /** What a launch makes of it, in words to compare: volume type, IOPS, throughput, whether it goes with the instance. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface ImageView {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** 12 digits. */
  readonly ownerId: string;
  /** Id of the image that this one was made from, as AWS recorded it. @default - not made from an image, or not known */
  readonly parentImageId?: string;
  /** `pending`, `available`, `failed`, `deregistered`, ... */
  readonly state: string;
  /** AWS's own words on the state. */
  readonly stateReason?: string;
  /** ISO 8601. */
  readonly creationDate: string;
  /** Ids of AWS Marketplace product codes. */
  readonly marketplaceCodes: readonly string[];
  /** The caller's own tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** The volumes that stand on a snapshot. */
  readonly volumes: readonly ImageVolume[];
  /** The whole block device mapping in its order: `/dev/xvda`, `/dev/sdb=ephemeral0`. */
  readonly devices: readonly string[];
  /** What the image is, in words to compare, by attribute: architecture, boot mode, TPM support, ... */
  readonly attributes: Readonly<Record<string, string>>;
  readonly isPublic: boolean;
  /** ISO 8601, on a whole minute; absent: it is never deprecated. */
  readonly deprecationTime?: string;
  /** `disabled`, `enabled-with-cooldown`, `enabled-without-cooldown`, `disabled after ...`. */
  readonly deregistrationProtection: string;
}

export interface SnapshotView {
  readonly snapshotId: string;
  /** Set when it was made, and never changed. @default - none */
  readonly description?: string;
  /** ISO 8601. */
  readonly startTime: string;
  /** `pending`, `completed`, `error`, ... */
  readonly state: string;
  /** AWS's own words on the state; the only place where a failed use of a key is told. */
  readonly stateMessage?: string;
  /** 0 to 100. */
  readonly progressPercent: number;
  readonly encrypted: boolean;
  readonly keyArn?: string;
  readonly sizeGiB: number;
  /** Of all blocks that were ever written: what a full copy moves. Absent where EC2 does not say. */
  readonly dataBytes?: number;
  /** Whether it lies in the archive tier. @default false */
  readonly archived?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Filter name -> accepted values, as the Describe calls take them: `tag:team`, `name`, `state`. */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface CopyImageRequest {
  readonly name: string;
  readonly description?: string;
  readonly sourceImageId: string;
  readonly sourceRegion: string;
  /** ARN of the key for every snapshot of the copy; it lives in the Region of the call. */
  readonly keyArn: string;
  /** Set on the image and its snapshots in the call itself. */
  readonly tags: Readonly<Record<string, string>>;
  readonly clientToken: string;
}

export interface CopySnapshotRequest {
  readonly description: string;
  readonly sourceSnapshotId: string;
  readonly sourceRegion: string;
  /** ARN of the key for the copy; it lives in the Region of the call. */
  readonly keyArn: string;
  /** Set in the call itself. */
  readonly tags: Readonly<Record<string, string>>;
}

/** An image or snapshot, of a volume or a database, that its owner shares with somebody. */
export type SharedThing =
  | { readonly kind: "image"; readonly id: string; readonly view: ImageView }
  | { readonly kind: "snapshot"; readonly id: string; readonly view: SnapshotView }
  | { readonly kind: "db-snapshot"; readonly id: string; readonly view: DbSnapshotView };

/** EC2 images and snapshots of one account in one Region. Describe calls see only what the account owns. */
export interface ImagesPort {
  describeImages(filters: Filters): Promise<readonly ImageView[]>;
  describeSnapshots(filters: Filters): Promise<readonly SnapshotView[]>;
  /** A snapshot of whichever account. @throws AwsCallError `InvalidSnapshot.NotFound` where the caller does not see it */
  describeSnapshot(snapshotId: string): Promise<SnapshotView>;
  /** Id of the copy, which is pending. */
  copyImage(request: CopyImageRequest): Promise<string>;
  /**
   * Id of the copy, which is pending. EC2 takes no ClientToken, so a call whose answer is lost is not repeated.
   * @throws AwsCallError with a `transient` answer where nobody knows whether the copy was begun
   */
  copySnapshot(request: CopySnapshotRequest): Promise<string>;
  /**
   * @param withSnapshots delete its snapshots in the same call, but for those that other images stand on. @default false
   * @returns ids of the snapshots that are deleted
   */
  deregisterImage(imageId: string, withSnapshots?: boolean): Promise<readonly string[]>;
  deleteSnapshot(snapshotId: string): Promise<void>;
  /** The account's own images, or its snapshots, that another account (12 digits) may launch or make volumes of. */
  sharedWith(what: "image" | "snapshot", account: string): Promise<readonly SharedThing[]>;
  /** Whether an image of another account is shared with this one by its id, and available. */
  mayLaunch(imageId: string): Promise<boolean>;
  /** Accounts (12 digits) that may launch the image. */
  launchPermissions(imageId: string): Promise<readonly string[]>;
  /** Accounts (12 digits) that may make volumes of the snapshot. */
  createVolumePermissions(snapshotId: string): Promise<readonly string[]>;
  changeLaunchPermissions(
    imageId: string,
    change: "add" | "remove",
    accounts: readonly string[],
  ): Promise<void>;
  changeCreateVolumePermissions(
    snapshotId: string,
    change: "add" | "remove",
    accounts: readonly string[],
  ): Promise<void>;
  setDescription(imageId: string, description: string): Promise<void>;
  /** Instances launched from the image ask for IMDSv2; there is no way back. */
  requireImdsV2(imageId: string): Promise<void>;
  /** @param at ISO 8601, in the future */
  deprecate(imageId: string, at: string): Promise<void>;
  enableDeregistrationProtection(imageId: string, withCooldown: boolean): Promise<void>;
  /** The same tags on many images and snapshots. */
  createTags(resourceIds: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
  deleteTags(resourceIds: readonly string[], keys: readonly string[]): Promise<void>;
}

export interface KeyView {
  readonly arn: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, ... */
  readonly state: string;
  /** `SYMMETRIC_DEFAULT` for every key that EBS takes. */
  readonly spec: string;
  /** ISO 8601; when KMS deletes it, where it is pending deletion. */
  readonly deletionDate?: string;
}

export interface KeysPort {
  /** A key by ARN, id or alias; undefined when there is none. */
  describeKey(key: string): Promise<KeyView | undefined>;
  /** All aliases of the account and Region, by the ARN of the key that they name. */
  aliases(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The key policy as JSON text; only for keys of the own account. */
  keyPolicy(keyArn: string): Promise<string>;
}

export interface ParameterToPut {
  readonly name: string;
  readonly value: string;
  /** `aws:ec2:image` is validated by AWS after the call has returned. */
  readonly dataType: "text" | "aws:ec2:image";
  readonly overwrite: boolean;
  /** Set where the call creates the parameter; Parameter Store takes none in a call that may overwrite. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface ParameterValue {
  readonly value: string;
  readonly version: number;
}

export interface ParameterVersion extends ParameterValue {
  /** When it was written, ISO 8601. */
  readonly at: string;
  readonly labels: readonly string[];
}

/** A parameter, whoever has made it. */
export interface ParameterView {
  /** `String`, `StringList` or `SecureString`. */
  readonly type: string;
  /** `text`, `aws:ec2:image`, ... */
  readonly dataType: string;
  /** Never decrypted. @default - it is a SecureString */
  readonly value?: string;
  readonly version: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ParametersPort {
  /** The value; undefined when there is no such parameter. */
  get(name: string): Promise<string | undefined>;
  /** The same with its version, which grows by one with every write, and begins at 1 when it is made anew. */
  read(name: string): Promise<ParameterValue | undefined>;
  /** What a parameter is, and whose by its tags; undefined when there is none. */
  lookAt(name: string): Promise<ParameterView | undefined>;
  /** Every parameter below a path such as `/keyferry/acme`, however deep. */
  below(path: string): Promise<readonly { readonly name: string; readonly value: string }[]>;
  /** Names of the parameters that carry all of these tags. */
  tagged(tags: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /** What it has shown, oldest first; empty when there is no such parameter. Parameter Store keeps 100 versions. */
  history(name: string): Promise<readonly ParameterVersion[]>;
  /** The version that it has written; undefined when it exists and may not be overwritten. */
  put(parameter: ParameterToPut): Promise<number | undefined>;
  /** Deleting what is not there is fine. */
  delete(name: string): Promise<void>;
}

export interface RolesPort {
  /** Creates the service-linked role of a service such as `autoscaling.amazonaws.com`; false when it was there. */
  createServiceLinkedRole(service: string, customSuffix?: string): Promise<boolean>;
  /** The inline policies of a role, and the managed ones that hold what those have no room for: name and JSON text. */
  ownPolicies(role: string): Promise<readonly { readonly name: string; readonly document: string }[]>;
}

export interface IdentityPort {
  /** ARN of the caller: a session of the account's runner role. */
  callerArn(): Promise<string>;
}

/** Which images of other accounts an account admits in a Region. */
export interface AllowedImages {
  /** `enabled`, `disabled` or `audit-mode`. */
  readonly state: string;
  /** An image that meets one of them is admitted; the account's own always are. */
  readonly criteria: readonly {
    /** Account ids and AWS's aliases; empty: any. */
    readonly providers: readonly string[];
    /** Whether names, product codes or ages are asked for as well. */
    readonly isNarrower: boolean;
  }[];
}

/** What an Auto Scaling group has done last. */
export interface LaunchActivity {
  /** `Successful`, `Failed` or `Cancelled`. */
  readonly state: string;
  /** AWS's own words. */
  readonly message?: string;
}

/** A copy that is only tried. */
export type ImageCopyToTry = Pick<
  CopyImageRequest,
  "name" | "sourceImageId" | "sourceRegion" | "keyArn" | "tags"
>;
export type SnapshotCopyToTry = Omit<CopySnapshotRequest, "description">;

/** Settings of an account in a Region that decide how images get there. Reads only. */
export interface SettingsPort {
  /** Every Region of the partition: `opt-in-not-required`, `opted-in` or `not-opted-in`. */
  regions(): Promise<ReadonlyMap<string, string>>;
  /** `key` as EC2 answers it: the ARN of a customer managed key, or `alias/aws/ebs`. */
  ebsDefaults(): Promise<{ readonly encryptionByDefault: boolean; readonly key: string }>;
  allowedImages(): Promise<AllowedImages>;
  /** `unblocked`, `block-new-sharing` or (snapshots) `block-all-sharing`. */
  blockPublicAccess(): Promise<{ readonly images: string; readonly snapshots: string }>;
  /** Asks EC2 whether the caller might make the copy (DryRun); throws what EC2 would refuse it with. */
  tryImageCopy(request: ImageCopyToTry): Promise<void>;
  /** The same of a snapshot. */
  trySnapshotCopy(request: SnapshotCopyToTry): Promise<void>;
  /** Whether the service-linked role of Auto Scaling exists. */
  hasAutoScalingRole(): Promise<boolean>;
  /** The newest activity of a group that has ended; undefined where there is none, or no such group. */
  lastLaunch(group: string): Promise<LaunchActivity | undefined>;
}

/** A quota of an account in a Region, as Service Quotas shows it. */
export interface QuotaView {
  readonly value: number;
  /** `applied`: the account's own. `default`: AWS's for the Region, where no applied value is available. */
  readonly kind: "applied" | "default";
}

/** Quotas of an account in a Region, and what counts against them. Reads only. */
export interface QuotasPort {
  /**
   * A quota by its name, which is known where its code is not.
   * @param service service code: `ebs`
   * @returns undefined when Service Quotas does not list it
   */
  serviceQuota(service: string, name: string): Promise<QuotaView | undefined>;
  /** How many images, disabled ones included, or snapshots the account owns there. */
  owned(what: "images" | "snapshots"): Promise<number>;
}

/** Something that names an image to launch it, or has launched it. */
export interface ImageUse {
  /** For people: `instance i-...`, `launch template web version 3 of Auto Scaling group web`. */
  readonly user: string;
  /** The image as it is named there: its id, or `resolve:ssm:` and a parameter's name, with a version or label. */
  readonly image: string;
  /** Name of the parameter, where it is one that shows the image. @default - something else names it */
  readonly parameter?: string;
}

/** Something that names a snapshot. */
export interface SnapshotUse {
  /** For people: `image ami-...`, `launch template web version 3`. */
  readonly user: string;
  readonly snapshotId: string;
}

/** What uses images and snapshots in an account and Region. Reads only. */
export interface UsesPort {
  /**
   * Instances of these images, and whatever else launches from any image: the default and the latest version of every
   * launch template, versions that groups and fleets pin, launch configurations, fleets.
   */
  usesOf(imageIds: readonly string[]): Promise<readonly ImageUse[]>;
  /** Images that the account owns, and launch templates, that name one of these snapshots. */
  snapshotUses(snapshotIds: readonly string[]): Promise<readonly SnapshotUse[]>;
  /** Parameters of the data type `aws:ec2:image`, whoever has made them, that show one of these images now. */
  parametersShowing(imageIds: readonly string[]): Promise<readonly ImageUse[]>;
  /** What a parameter is, without its value; undefined when there is none. */
  parameter(name: string): Promise<{ readonly dataType: string; readonly version: number } | undefined>;
}

/** What is called at AWS, by port. */
export interface AwsPorts {
  images(place: Place): ImagesPort;
  databases(place: Place): DatabasesPort;
  keys(place: Place): KeysPort;
  parameters(place: Place): ParametersPort;
  roles(account: Account): RolesPort;
  identity(account: Account): IdentityPort;
  settings(place: Place): SettingsPort;
  quotas(place: Place): QuotasPort;
  uses(place: Place): UsesPort;
  groups(place: Place): GroupsPort;
  instanceTypes(place: Place): InstanceTypesPort;
  storedImages(place: Place): StoredImagesPort;
  registeredImages(place: Place): RegisteredImagesPort;
}

/** What shows what is there, whoever looks: a runner role, or the deploy role where the topology has left a place. */
export type Looks = Pick<AwsPorts, "images" | "databases">;

/** What shows what a rule carries, likewise. */
export type SourceLooks = Looks & { keys(place: Place): Pick<KeysPort, "aliases"> };

/** AWS as the runner roles of a topology see it. Nothing is called before a port's method is. */
export interface AwsAccess extends AwsPorts {
  /** AWS's time, as its last answer told it. */
  now(): Date;
}
