import type {
  Account,
  CopyGraph,
  CopyJob,
  CopyNode,
  CopySource,
  JudgedRoute,
  KindName,
  Place,
  Route,
  RouteChoice,
  Rule,
  Topology,
} from "../topology";
import type { AwsAccess, Looks, SharedThing, SnapshotView } from "../scripts/aws";
import type { ReadContext, RunContext, SourceContext, StepContext } from "../scripts/engine/context";
import type {
  ClaimedCopies,
  CopyFate,
  CopyView,
  CopyWatcher,
  NodePlace,
  Proof,
  ShownCopy,
} from "../scripts/engine/copy";
import type { Finding } from "../scripts/engine/finding";
import type { Intent } from "../scripts/engine/intent";
import type { Refusal } from "../scripts/engine/errors";

/** What a copy is made from. */
export interface CopyOrigin {
  readonly id: string;
  readonly region: string;
  readonly description?: string;
  /** Id of the original source; recorded in the tags of every copy. */
  readonly sourceId: string;
  /** Id of the run that started the copy: a run that resumes it repeats the calls of that run. */
  readonly intent: string;
  /**
   * Accounts (12 digits) that the copy will be shared with, recorded on it by the call that makes it.
   * @default - not known yet
   */
  readonly shareWith?: readonly string[];
}

/** One attempt to make a copy. */
export interface Attempt {
  /** Counted from 1; recorded in the tags of the copy. */
  readonly number: number;
  /** Id of the run whose call it is, made by that run or by one that resumes it. */
  readonly of: string;
}

/** A difference between a copy and its expected state that can be corrected on the copy. */
export interface Change {
  /** `description`, `deprecation time`, or the key of a tag. */
  readonly name: string;
  readonly resourceId: string;
  readonly wanted: string;
  /** undefined: not set. */
  readonly found: string | undefined;
  /** Whether it is a tag; otherwise it is an attribute. */
  readonly isTag: boolean;
}

/** A copy compared with its source. */
export interface ExaminedCopy<R extends CopyView = CopyView> {
  /** As AWS shows it. @default - it does not exist */
  readonly shown?: ShownCopy<R>;
  /** Differences that can be corrected. */
  readonly changes: readonly Change[];
  /** Differences that can be corrected only by copying again, or manually. */
  readonly differences: readonly string[];
}

/** Something that is shared with accounts. */
export interface SharedResource {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Accounts (12 digits) with which it is shared now. */
  accountsNow(): Promise<readonly string[]>;
  change(change: "add" | "remove", accounts: readonly string[]): Promise<void>;
}

/** The resources of a copy or source that can be shared; known even if the copy or source itself no longer exists. */
export interface Shareable {
  readonly id: string;
  readonly snapshotIds: readonly string[];
}

/** The shared resources of one account and Region, and the tags on them that record their shares. */
export interface Sharing {
  /** Resources that must be shared before another account can copy, without their tags. */
  resources(shareable: Shareable): readonly SharedResource[];
  /** The current tags, in the order of the resources; undefined for a resource that no longer exists. */
  tagsOf(resources: readonly SharedResource[]): Promise<readonly (SharedResource["tags"] | undefined)[]>;
  tag(ids: readonly string[], tags: SharedResource["tags"]): Promise<void>;
  untag(ids: readonly string[], keys: readonly string[]): Promise<void>;
}

/** Resources of an account and Region with a topology's tags. */
export interface HeldCopies<R extends CopyView = CopyView> {
  readonly copies: readonly { readonly copy: R; readonly proof: Proof }[];
  /** Snapshots of copies, whether or not the copies exist. */
  readonly parts: readonly HeldPart[];
}

/** A snapshot that was made for a copy. */
export interface HeldPart {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a run created it; other resources only have its tags. */
  readonly isOurs: boolean;
  /** Whether it belongs to a copy that exists. */
  readonly isHeld: boolean;
  remove(context: StepContext): Promise<void>;
}

/** An account and Region to search, and the role to use. */
export interface Site {
  readonly place: Place;
  readonly aws: Looks;
}

/** How many resources are added, by quota. */
export interface Additions {
  readonly images: number;
  readonly snapshots: number;
}

/** The users of copies. */
export interface Users {
  /** Copy id -> its users, for people. */
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** Possible users of any of the copies that cannot be read, each once, with a fix. */
  readonly unclear: readonly Refusal[];
}

/** An object, or an incomplete upload of one, that a copy through S3 has left behind or still needs. */
export interface StoredThing {
  readonly what: "object" | "upload";
  /** `bucket/key`. */
  readonly id: string;
  /** Account and Region of the bucket. */
  readonly place: Place;
  /** Removes it; succeeds if it no longer exists. */
  remove(context: StepContext): Promise<void>;
}

/** How a kind is copied as an object. */
export interface ThroughS3 {
  /** Makes sure that the source is stored as an object in its account's bucket. */
  store(context: RunContext, graph: CopyGraph): Promise<void>;
  /** Objects and uploads of nodes in the buckets of both sides, also of earlier sources. Only reads. */
  things(context: ReadContext, nodes: readonly CopyNode[]): Promise<readonly StoredThing[]>;
}

/** The routes of a kind. */
export interface KindRoutes<R extends CopyView = CopyView> {
  /** What each route needs, in the order of preference. */
  readonly offered: readonly Pick<Route<string, never>, "route" | "needs" | "forbids" | "loses">[];
  /** Evaluates each route for one source and one destination, and chooses one. Pure. */
  judge(
    topology: Topology,
    job: CopyJob,
    source: R,
    read: CopySource,
  ): { readonly routes: readonly JudgedRoute[]; readonly choice: RouteChoice };
}

/**
 * One kind of source, in the form that the engine, the commands and the planner use; they contain no code for specific kinds. `R` is AWS's description of a
 * copy. Everything is safe to repeat.
 */
export interface Kind<R extends CopyView = CopyView> {
  readonly name: KindName;

  /**
   * The current source of a rule; undefined if there is none.
   * @param pinnedId the source that a run has pinned. @default - the source that the rule selects
   */
  resolveSource(context: SourceContext, rule: Rule, pinnedId?: string): Promise<R | undefined>;
  /**
   * Problems that prevent copying a source. Only reads.
   * @param source undefined: there is none
   * @param intent of the unfinished run that has pinned it. @default - no run has pinned it
   */
  checkSource(
    context: ReadContext,
    rule: Rule,
    source: R | undefined,
    intent?: Intent,
  ): Promise<readonly Finding[]>;
  /**
   * Problems in the destinations that prevent copies. Only reads.
   * @param skip accounts (12 digits) that cannot be accessed, which has already been reported
   */
  checkTargets(
    context: ReadContext,
    graph: CopyGraph,
    skip: { has(account: string): boolean },
  ): Promise<readonly Finding[]>;
  /**
   * Problems that prevent an account from copying what another account shares with it. Only reads.
   * @param there the receiving account, in the Region in which it is shared
   */
  checkReceiver(context: ReadContext, there: Place, source: Account): Promise<readonly Finding[]>;
  /**
   * Asks AWS whether the runner role may make a node's copy, without making it. For a copy of a copy, the source is used.
   * @throws AwsCallError the error with which AWS would refuse it
   */
  tryCopy(context: ReadContext, node: CopyNode, source: CopySource, keyArn: string): Promise<void>;
  /** The resources that one copy of a source adds to its account and Region. */
  adds(source: CopySource): Additions;
  /** The properties of the source that determine how it is copied. */
  readSource(context: SourceContext, rule: Rule, source: R): Promise<CopySource>;
  /** The routes of the kind, and which of them are open for a source. @default - the kind has one route */
  readonly routes?: KindRoutes<R>;

  /** How a copy has ended; undefined while it is in progress. */
  fateOf(copy: R): CopyFate | undefined;
  watcher(aws: AwsAccess, place: Place): CopyWatcher<R>;
  byIds(context: ReadContext, place: Place, ids: readonly string[]): Promise<readonly R[]>;
  /**
   * Finds a node's copies by their tags, and separates copies that runs created from resources that only have the tags.
   * @param sourceId only copies of this source. @default - of any source
   */
  claimedCopies(context: ReadContext, node: CopyNode, sourceId?: string): Promise<ClaimedCopies<R>>;
  /** Whether a run created a copy with our tags, according to AWS's own record of it. */
  proofOf(copy: R): Proof;
  /** Whether a run created a shared resource with our tags. */
  isOursShared(thing: SharedThing, region: string): boolean;
  /** Resources in a site that are shared with an account (12 digits). */
  sharedWith(site: Site, account: string): Promise<readonly SharedThing[]>;
  /**
   * Returns the shared resources that were the source of an existing copy, or belong to such a source.
   * @param here where the resources are
   * @param everywhere where copies can be; a place that cannot be read is left out
   * @returns their ids
   */
  carriedEarlier(
    topology: string,
    things: readonly SharedThing[],
    here: Site,
    everywhere: readonly Site[],
  ): Promise<ReadonlySet<string>>;
  /** Why a resource with our tags is not ours, for people. */
  whyNotOurs(copy: R): string;
  heldIn(aws: Looks, place: Place, topology: string): Promise<HeldCopies<R>>;
  /**
   * Resources with a record of shares.
   * @param sharers suffix of the tag keys: `*` for all sharers, `:acme/*` for those of a topology
   */
  recordedShares(aws: Looks, place: Place, sharers: string): Promise<readonly SharedResource[]>;

  /**
   * Starts a copy. Repeating the same attempt, from any machine, returns the same copy instead of creating a second one.
   * @returns id of the copy, which is pending, or may have failed long ago if the attempt was made before
   */
  start(
    context: RunContext,
    node: CopyNode,
    origin: CopyOrigin,
    keyArn: string,
    attempt: Attempt,
  ): Promise<string>;
  /** @default - the kind cannot be copied as an object */
  readonly throughS3?: ThroughS3;
  /** Whether a refusal to copy can mean that the source was shared only recently (eventual consistency). */
  isNotYetShared(error: unknown): boolean;
  /** Whether a refusal to copy means that the account has as many copies in progress as it may. */
  isTooManyAtOnce(error: unknown): boolean;
  /** AWS's reason for a failed copy; undefined if it gives none. */
  deathReason(
    context: ReadContext,
    node: CopyNode,
    dead: ShownCopy<R>,
    sourceId: string,
  ): Promise<string | undefined>;

  /**
   * Compares a copy with its source. Only reads.
   * @param keyArn of the key that it must be under; undefined: the key does not exist, and no copy can be verified
   * @param seen a recent description of the copy. @default - it is read
   */
  examine(
    context: ReadContext,
    node: CopyNode,
    source: CopySource,
    copyId: string,
    keyArn: string | undefined,
    seen?: ShownCopy<R>,
  ): Promise<ExaminedCopy<R>>;
  /** Sets properties of the source on a copy that the copying call does not copy. @returns whether anything was set */
  complete(context: RunContext, node: CopyNode, source: CopySource, shown: ShownCopy<R>): Promise<boolean>;

  shareableOf(copy: R): Shareable;
  /** The snapshots of copies, by their ids; those that no longer exist are left out. */
  snapshotsByIds(aws: Looks, place: Place, ids: readonly string[]): Promise<readonly SnapshotView[]>;
  sharing(aws: AwsAccess, place: Place): Sharing;

  /** Removes one of our copies with its snapshots. Succeeds if they no longer exist. */
  remove(context: StepContext, node: NodePlace, copy: R): Promise<void>;
  /** Removes remains of a node's copies that crashes left behind. @param gone copies that were just removed */
  removeRemains(context: StepContext, node: CopyNode, gone: readonly R[]): Promise<void>;
  /**
   * Removes a copy that is beyond `keep`.
   * @returns snapshots that are not deleted, each with AWS's reason
   */
  retire(
    context: StepContext,
    node: CopyNode,
    copy: R,
  ): Promise<readonly { readonly id: string; readonly because: string }[]>;
  /**
   * The users of a node's copies in a place.
   * @param remembered how many of a topology parameter's latest values count as used by it
   * @param publishes whether to assume that the node's parameter already has the newer copy that will be published
   */
  usersOf(
    context: ReadContext,
    node: Pick<CopyNode, "rule" | "place">,
    copies: readonly R[],
    remembered: number,
    publishes: boolean,
  ): Promise<Users>;
  /** What in the topology or in the copy itself prevents its removal, for people. */
  keptBy(topology: Topology, copy: R): readonly string[];
}
