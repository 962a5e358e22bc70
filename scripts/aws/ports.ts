/**
 * The operations of AWS that are needed, with plain data as input and output, so that tests can replace a whole cloud.
 * Every method can throw `AwsCallError`; if the return type allows it, "does not exist" is a result, not an error.
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
  /** Volume settings of a launch, as comparable text: volume type, IOPS, throughput, deletion on termination. */
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
  /** AWS's reason for the state. */
  readonly stateReason?: string;
  /** ISO 8601. */
  readonly creationDate: string;
  /** Ids of AWS Marketplace product codes. */
  readonly marketplaceCodes: readonly string[];
  /** Tags of the caller's account. */
  readonly tags: Readonly<Record<string, string>>;
  /** The volumes that have a snapshot. */
  readonly volumes: readonly ImageVolume[];
  /** The complete block device mapping in order: `/dev/xvda`, `/dev/sdb=ephemeral0`. */
  readonly devices: readonly string[];
  /** Attributes of the image, as comparable text: architecture, boot mode, TPM support, ... */
  readonly attributes: Readonly<Record<string, string>>;
  readonly isPublic: boolean;
  /** ISO 8601, on a whole minute; absent if it is never deprecated. */
  readonly deprecationTime?: string;
  /** `disabled`, `enabled-with-cooldown`, `enabled-without-cooldown`, `disabled after ...`. */
  readonly deregistrationProtection: string;
}

export interface SnapshotView {
  readonly snapshotId: string;
  /** Set at creation, never changed. @default - none */
  readonly description?: string;
  /** ISO 8601. */
  readonly startTime: string;
  /** `pending`, `completed`, `error`, ... */
  readonly state: string;
  /** AWS's reason for the state; the only place where a failed use of a key is reported. */
  readonly stateMessage?: string;
  /** 0 to 100. */
  readonly progressPercent: number;
  readonly encrypted: boolean;
  readonly keyArn?: string;
  readonly sizeGiB: number;
  /** Size of all blocks that were ever written, which a full copy transfers. Absent if EC2 does not return it. */
  readonly dataBytes?: number;
  /** Whether it is in the archive tier. @default false */
  readonly archived?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Filter name -> accepted values, as in Describe calls: `tag:team`, `name`, `state`. */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface CopyImageRequest {
  readonly name: string;
  readonly description?: string;
  readonly sourceImageId: string;
  readonly sourceRegion: string;
  /** ARN of the key for every snapshot of the copy, in the Region of the call. */
  readonly keyArn: string;
  /** Set on the image and its snapshots by the call itself. */
  readonly tags: Readonly<Record<string, string>>;
  readonly clientToken: string;
}

export interface CopySnapshotRequest {
  readonly description: string;
  readonly sourceSnapshotId: string;
  readonly sourceRegion: string;
  /** ARN of the key for the copy, in the Region of the call. */
  readonly keyArn: string;
  /** Set by the call itself. */
  readonly tags: Readonly<Record<string, string>>;
}

/** An image, or a snapshot of a volume or a database, that its owner shares with another account. */
export type SharedThing =
  | { readonly kind: "image"; readonly id: string; readonly view: ImageView }
  | { readonly kind: "snapshot"; readonly id: string; readonly view: SnapshotView }
  | { readonly kind: "db-snapshot"; readonly id: string; readonly view: DbSnapshotView };

/** EC2 images and snapshots of one account in one Region. Describe calls return only what the account owns. */
export interface ImagesPort {
  describeImages(filters: Filters): Promise<readonly ImageView[]>;
  describeSnapshots(filters: Filters): Promise<readonly SnapshotView[]>;
  /** A snapshot of any account. @throws AwsCallError `InvalidSnapshot.NotFound` if the caller has no access to it */
  describeSnapshot(snapshotId: string): Promise<SnapshotView>;
  /** Id of the copy, which is pending. */
  copyImage(request: CopyImageRequest): Promise<string>;
  /**
   * Id of the copy, which is pending. EC2 accepts no ClientToken, so a call whose response is lost is not retried.
   * @throws AwsCallError with a `transient` error if it is not known whether the copy was started
   */
  copySnapshot(request: CopySnapshotRequest): Promise<string>;
  /**
   * @param withSnapshots delete its snapshots in the same call, except those that other images use. @default false
   * @returns ids of the deleted snapshots
   */
  deregisterImage(imageId: string, withSnapshots?: boolean): Promise<readonly string[]>;
  deleteSnapshot(snapshotId: string): Promise<void>;
  /** The account's images or snapshots from which another account (12 digits) can launch or create volumes. */
  sharedWith(what: "image" | "snapshot", account: string): Promise<readonly SharedThing[]>;
  /** Whether an image of another account is shared with this account, and available. */
  mayLaunch(imageId: string): Promise<boolean>;
  /** Accounts (12 digits) that can launch the image. */
  launchPermissions(imageId: string): Promise<readonly string[]>;
  /** Accounts (12 digits) that can create volumes from the snapshot. */
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
  /** Instances launched from the image require IMDSv2; this cannot be undone. */
  requireImdsV2(imageId: string): Promise<void>;
  /** @param at ISO 8601, in the future */
  deprecate(imageId: string, at: string): Promise<void>;
  enableDeregistrationProtection(imageId: string, withCooldown: boolean): Promise<void>;
  /** Sets the same tags on many images and snapshots. */
  createTags(resourceIds: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>;
  deleteTags(resourceIds: readonly string[], keys: readonly string[]): Promise<void>;
}

export interface KeyView {
  readonly arn: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, ... */
  readonly state: string;
  /** `SYMMETRIC_DEFAULT` for every key that EBS accepts. */
  readonly spec: string;
  /** ISO 8601; when KMS deletes it, if it is pending deletion. */
  readonly deletionDate?: string;
}

export interface KeysPort {
  /** A key by ARN, id or alias; undefined if it does not exist. */
  describeKey(key: string): Promise<KeyView | undefined>;
  /** All aliases of the account and Region, by the ARN of their key. */
  aliases(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The key policy as JSON text; only for keys of the same account. */
  keyPolicy(keyArn: string): Promise<string>;
}

export interface ParameterToPut {
  readonly name: string;
  readonly value: string;
  /** AWS validates `aws:ec2:image` after the call has returned. */
  readonly dataType: "text" | "aws:ec2:image";
  readonly overwrite: boolean;
  /** Set if the call creates the parameter; Parameter Store accepts no tags in a call that may overwrite. */
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

/** A parameter, created by anyone. */
export interface ParameterView {
  /** `String`, `StringList` or `SecureString`. */
  readonly type: string;
  /** `text`, `aws:ec2:image`, ... */
  readonly dataType: string;
  /** Never decrypted. @default - absent for a SecureString */
  readonly value?: string;
  readonly version: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ParametersPort {
  /** The value; undefined if the parameter does not exist. */
  get(name: string): Promise<string | undefined>;
  /** The value with its version, which increases by one with every write, and starts at 1 when the parameter is created again. */
  read(name: string): Promise<ParameterValue | undefined>;
  /** A parameter's type and tags; undefined if it does not exist. */
  lookAt(name: string): Promise<ParameterView | undefined>;
  /** Every parameter below a path such as `/keyferry/acme`, at any depth. */
  below(path: string): Promise<readonly { readonly name: string; readonly value: string }[]>;
  /** Names of the parameters that have all of these tags. */
  tagged(tags: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /** Its values, oldest first; empty if the parameter does not exist. Parameter Store keeps 100 versions. */
  history(name: string): Promise<readonly ParameterVersion[]>;
  /** Returns the written version; undefined if the parameter exists and must not be overwritten. */
  put(parameter: ParameterToPut): Promise<number | undefined>;
  /** Does nothing if the parameter does not exist. */
  delete(name: string): Promise<void>;
}

export interface RolesPort {
  /** Creates the service-linked role of a service such as `autoscaling.amazonaws.com`; false if it already existed. */
  createServiceLinkedRole(service: string, customSuffix?: string): Promise<boolean>;
  /** The inline policies of a role, and the managed policies with the statements that do not fit into them: name and JSON text. */
  ownPolicies(role: string): Promise<readonly { readonly name: string; readonly document: string }[]>;
}

export interface IdentityPort {
  /** ARN of the caller: a session of the account's runner role. */
  callerArn(): Promise<string>;
}

/** The Allowed AMIs setting of an account in a Region. */
export interface AllowedImages {
  /** `enabled`, `disabled` or `audit-mode`. */
  readonly state: string;
  /** An image that meets one of them is allowed; the account's own images always are. */
  readonly criteria: readonly {
    /** Account ids and AWS's aliases; empty means any. */
    readonly providers: readonly string[];
    /** Whether the criterion also restricts names, product codes or ages. */
    readonly isNarrower: boolean;
  }[];
}

/** The last activity of an Auto Scaling group. */
export interface LaunchActivity {
  /** `Successful`, `Failed` or `Cancelled`. */
  readonly state: string;
  /** AWS's message. */
  readonly message?: string;
}

/** A dry run of a copy. */
export type ImageCopyToTry = Pick<
  CopyImageRequest,
  "name" | "sourceImageId" | "sourceRegion" | "keyArn" | "tags"
>;
export type SnapshotCopyToTry = Omit<CopySnapshotRequest, "description">;

/** Settings of an account in a Region that affect how images get there; read-only. */
export interface SettingsPort {
  /** Every Region of the partition: `opt-in-not-required`, `opted-in` or `not-opted-in`. */
  regions(): Promise<ReadonlyMap<string, string>>;
  /** `key` as EC2 returns it: the ARN of a customer managed key, or `alias/aws/ebs`. */
  ebsDefaults(): Promise<{ readonly encryptionByDefault: boolean; readonly key: string }>;
  allowedImages(): Promise<AllowedImages>;
  /** `unblocked`, `block-new-sharing` or (snapshots) `block-all-sharing`. */
  blockPublicAccess(): Promise<{ readonly images: string; readonly snapshots: string }>;
  /** Checks whether EC2 would allow the caller to make the copy (DryRun); throws the error with which EC2 would refuse it. */
  tryImageCopy(request: ImageCopyToTry): Promise<void>;
  /** The same for a snapshot. */
  trySnapshotCopy(request: SnapshotCopyToTry): Promise<void>;
  /** Whether the service-linked role of Auto Scaling exists. */
  hasAutoScalingRole(): Promise<boolean>;
  /** The newest ended activity of a group; undefined if there is none, or the group does not exist. */
  lastLaunch(group: string): Promise<LaunchActivity | undefined>;
}

/** A quota of an account in a Region, from Service Quotas. */
export interface QuotaView {
  readonly value: number;
  /** `applied`: the account's own value. `default`: AWS's default for the Region, if no applied value is available. */
  readonly kind: "applied" | "default";
}

/** Quotas of an account in a Region, and what counts against them; read-only. */
export interface QuotasPort {
  /**
   * A quota by its name, because its code is not documented.
   * @param service service code: `ebs`
   * @returns undefined if Service Quotas does not list it
   */
  serviceQuota(service: string, name: string): Promise<QuotaView | undefined>;
  /** Number of images, including disabled ones, or snapshots that the account owns there. */
  owned(what: "images" | "snapshots"): Promise<number>;
}

/** Something that refers to an image in order to launch it, or has launched it. */
export interface ImageUse {
  /** For people: `instance i-...`, `launch template web version 3 of Auto Scaling group web`. */
  readonly user: string;
  /** The reference to the image: its id, or `resolve:ssm:` and a parameter's name, with a version or label. */
  readonly image: string;
  /** Name of the parameter, if it is a parameter that contains the image's id. @default - something else */
  readonly parameter?: string;
}

/** Something that refers to a snapshot. */
export interface SnapshotUse {
  /** For people: `image ami-...`, `launch template web version 3`. */
  readonly user: string;
  readonly snapshotId: string;
}

/** Uses of images and snapshots in an account and Region; read-only. */
export interface UsesPort {
  /**
   * Instances of these images, and everything else that launches from any image: the default and the latest version of every
   * launch template, versions that groups and fleets use by number, launch configurations, fleets.
   */
  usesOf(imageIds: readonly string[]): Promise<readonly ImageUse[]>;
  /** Images of the account, and launch templates, that refer to one of these snapshots. */
  snapshotUses(snapshotIds: readonly string[]): Promise<readonly SnapshotUse[]>;
  /** All parameters of the data type `aws:ec2:image` that currently contain one of these images, created by anyone. */
  parametersShowing(imageIds: readonly string[]): Promise<readonly ImageUse[]>;
  /** A parameter without its value; undefined if it does not exist. */
  parameter(name: string): Promise<{ readonly dataType: string; readonly version: number } | undefined>;
}

/** The ports to AWS. */
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

/** The ports that read what exists, for a runner role, or for the deploy role in places that left the topology. */
export type Looks = Pick<AwsPorts, "images" | "databases">;

/** The ports that read what a rule carries, for the same roles. */
export type SourceLooks = Looks & { keys(place: Place): Pick<KeysPort, "aliases"> };

/** AWS, accessed with the runner roles of a topology. Makes no calls until a method of a port is called. */
export interface AwsAccess extends AwsPorts {
  /** AWS's time, from its last response. */
  now(): Date;
}
