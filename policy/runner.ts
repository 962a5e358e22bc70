import type { KeyReference } from "./document";
import type { CopyService } from "./keys";

/** Name prefix of the managed policies with the statements that do not fit into a role's inline policy; a number follows. */
export function overflowPolicyPrefix(roleName: string): string {
  return `${roleName}-overflow-`;
}

/** What a runner role does with a key. */
export interface KeyUse {
  readonly key: KeyReference;
  /** `read`: copies are made from snapshots under it. `write`: copies are made under it. */
  readonly as: "read" | "write";
  /** The service that uses it on behalf of the role. @default "ec2" */
  readonly through?: CopyService;
}

/** An account and Region from which copies are made. */
export interface CopyOrigin {
  /** 12-digit id of the account that owns what is copied. */
  readonly account: string;
  readonly region: string;
}

/** A bucket for images that are copied as objects, with the prefixes that are used. */
export interface ImageBucketUse {
  readonly bucket: string;
  readonly region: string;
  /** Each ends with a slash. */
  readonly prefixes: readonly string[];
}

/** What a runner role does with images that are copied as objects. */
export interface StoredAccess {
  /** Buckets of the account in which its images are stored. */
  readonly storesIn: readonly ImageBucketUse[];
  /** Buckets of destinations into which the objects are copied. */
  readonly pushesInto: readonly ImageBucketUse[];
  /** Buckets of the account from which images are restored. */
  readonly restoresFrom: readonly ImageBucketUse[];
}

/** What a runner role does with images whose snapshots are copied one by one. */
export interface RegisteredAccess {
  /** Regions in which snapshots are copied into this account and images are registered from them. */
  readonly registersIn: readonly string[];
  /** Regions from which those snapshots are copied. */
  readonly copiesFrom: readonly string[];
  /** Regions of images of this account that are copied in this way: all their attributes are read. */
  readonly readsIn: readonly string[];
}

/** Everything the runner role of one account must be able to do; the input of its policies. */
export interface RunnerAccess {
  readonly topology: string;
  readonly partition: string;
  /** 12-digit id of the role's account. */
  readonly account: string;
  readonly roleName: string;
  /** Account whose IAM decides who may assume the role. */
  readonly operatorAccount: string;
  readonly externalId?: string;
  readonly keys: readonly KeyUse[];
  /** Regions in which something is copied into this account (transit copies included). */
  readonly copiesInto: readonly string[];
  /** Source Regions from which those copies are made. */
  readonly copiesFrom: readonly string[];
  /** The same with the accounts that own the sources, for services whose ARNs contain the account. */
  readonly origins: readonly CopyOrigin[];
  /** Regions of sources in this account: leases and intents are stored there. */
  readonly bookkeepsIn: readonly string[];
  /** Regions in which something of this account is shared with other accounts. */
  readonly sharesIn: readonly string[];
  /** 12-digit ids of the accounts with which it is shared. */
  readonly sharesWith: readonly string[];
  /** Regions in which images of this account are shared with accounts that launch from them. */
  readonly letsLaunchIn: readonly string[];
  /** Regions in which this account launches from images that other accounts share with it. */
  readonly launchesSharedIn: readonly string[];
  /** Keys of this account that encrypt the volumes of those instances: read, not used. */
  readonly launchKeys: readonly KeyReference[];
  /** Regions of final copies in this account: attributes that the copying call does not copy are set there. */
  readonly finishesIn: readonly string[];
  /** Regions in which copies are protected from being deregistered. */
  readonly protectsIn: readonly string[];
  /** Regions in which old copies are deleted when newer ones exist; uses of a copy are searched there. */
  readonly retiresIn: readonly string[];
  /** Names of the parameters published, with their Regions. */
  readonly publishes: readonly { readonly region: string; readonly parameter: string }[];
  /** Whether the account needs the Auto Scaling service-linked role. */
  readonly launches: boolean;
  /** Regions in which an Auto Scaling group launches copies of this account. */
  readonly launchesIn: readonly string[];
  /** Auto Scaling groups whose instances the script replaces after a new image was published, with their Regions. */
  readonly refreshes: readonly { readonly region: string; readonly group: string }[];
  /** Copying of images as objects, under no key that another account would need. @default - no image is copied as an object */
  readonly stored?: StoredAccess;
  /** Registration of images from copies of their snapshots. @default - no image is registered in this way */
  readonly registered?: RegisteredAccess;
  /** The part of `copiesInto` and `copiesFrom` that CopyImage does. @default - all of it */
  readonly byCopyImage?: Pick<RunnerAccess, "copiesInto" | "copiesFrom">;
  /** The same for only the rules of each kind, by the kind's name. @default - this object is for one kind */
  readonly ofKind?: Readonly<Record<string, RunnerAccess>>;
  /** The same for the rules of the kinds that each service copies. @default - this object is for one kind */
  readonly ofService?: Readonly<Partial<Record<CopyService, RunnerAccess>>>;
}
