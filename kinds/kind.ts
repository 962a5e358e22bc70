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
  /** Id of the source at the start of the journey; written on every copy. */
  readonly sourceId: string;
  /** Id of the run that began the journey: whoever resumes it repeats the calls of that run. */
  readonly intent: string;
  /**
   * Accounts (12 digits) that the copy will be shared with, recorded on it from the call on that makes it.
   * @default - it is not known yet that it will be
   */
  readonly shareWith?: readonly string[];
}

/** Which of the calls that could make a copy. */
export interface Attempt {
  /** From 1; written on the copy. */
  readonly number: number;
  /** Id of the run whose call it is, made by itself or by one that resumes it. */
  readonly of: string;
}

/** Something in which a copy differs from what it should be, and that can be set on it. */
export interface Change {
  /** `description`, `deprecation time`, or the key of a tag. */
  readonly name: string;
  readonly resourceId: string;
  readonly wanted: string;
  /** undefined: nothing is there. */
  readonly found: string | undefined;
  /** Whether it is a tag; anything else is an attribute. */
  readonly isTag: boolean;
}

/** A copy compared with its source. */
export interface ExaminedCopy<R extends CopyView = CopyView> {
  /** As AWS shows it. @default - it does not exist */
  readonly shown?: ShownCopy<R>;
  /** What differs and can be set. */
  readonly changes: readonly Change[];
  /** What differs and can only be put right by copying again, or by people. */
  readonly differences: readonly string[];
}

/** Something that accounts have a share of. */
export interface SharedResource {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Accounts (12 digits) that have it now. */
  accountsNow(): Promise<readonly string[]>;
  change(change: "add" | "remove", accounts: readonly string[]): Promise<void>;
}

/** What a copy or source consists of, as far as sharing it is concerned; known even where it is gone itself. */
export interface Shareable {
  readonly id: string;
  readonly snapshotIds: readonly string[];
}

/** The shared resources of one account and Region, and the tags on them that record their shares. */
export interface Sharing {
  /** What must be shared for somebody to copy it, without its tags. */
  resources(shareable: Shareable): readonly SharedResource[];
  /** The tags as they are described now, in the order of the resources; undefined for what is gone. */
  tagsOf(resources: readonly SharedResource[]): Promise<readonly (SharedResource["tags"] | undefined)[]>;
  tag(ids: readonly string[], tags: SharedResource["tags"]): Promise<void>;
  untag(ids: readonly string[], keys: readonly string[]): Promise<void>;
}

/** What an account and Region holds that carries a topology's tags. */
export interface HeldCopies<R extends CopyView = CopyView> {
  readonly copies: readonly { readonly copy: R; readonly proof: Proof }[];
  /** What copies consist of, whether they exist or not. */
  readonly parts: readonly HeldPart[];
}

/** A snapshot that was made for a copy. */
export interface HeldPart {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a run has made it; others only carry its tags. */
  readonly isOurs: boolean;
  /** Whether it belongs to a copy that exists. */
  readonly isHeld: boolean;
  remove(context: StepContext): Promise<void>;
}

/** An account and Region that is looked through, and as whom. */
export interface Site {
  readonly place: Place;
  readonly aws: Looks;
}

/** How many resources of quotas are added. */
export interface Additions {
  readonly images: number;
  readonly snapshots: number;
}

/** Who uses copies. */
export interface Users {
  /** Copy id -> who uses it, for people. */
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** What may use any of the copies and cannot be read, each once, with the way to change that. */
  readonly unclear: readonly Refusal[];
}

/** An object, or an unfinished upload of one, that a journey through S3 has left or needs still. */
export interface StoredThing {
  readonly what: "object" | "upload";
  /** `bucket/key`. */
  readonly id: string;
  /** Where the bucket is. */
  readonly place: Place;
  /** What is gone is fine. */
  remove(context: StepContext): Promise<void>;
}

/** How a kind travels as an object. */
export interface ThroughS3 {
  /** Sees to it that the source stands as an object in its account's bucket. */
  store(context: RunContext, graph: CopyGraph): Promise<void>;
  /** What there is of nodes' journeys in the buckets of both sides, of earlier sources too. Reads only. */
  things(context: ReadContext, nodes: readonly CopyNode[]): Promise<readonly StoredThing[]>;
}

/** The routes of a kind. */
export interface KindRoutes<R extends CopyView = CopyView> {
  /** What each asks for, in the order in which they are preferred. */
  readonly offered: readonly Pick<Route<string, never>, "route" | "needs" | "forbids" | "loses">[];
  /** Each for one source and one destination, and which is chosen. Pure. */
  judge(
    topology: Topology,
    job: CopyJob,
    source: R,
    read: CopySource,
  ): { readonly routes: readonly JudgedRoute[]; readonly choice: RouteChoice };
}

/**
 * One kind of what is carried, as the engine, the commands and the planner use it; they know no kind. `R` is what AWS shows of a
 * copy. Everything is safe to repeat.
 */
export interface Kind<R extends CopyView = CopyView> {
  readonly name: KindName;

  /**
   * What a rule carries now; undefined when there is nothing.
   * @param pinnedId what a run has pinned. @default - what the rule selects
   */
  resolveSource(context: SourceContext, rule: Rule, pinnedId?: string): Promise<R | undefined>;
  /**
   * What keeps a source from being carried. Reads only.
   * @param source undefined: there is none
   * @param intent of the unfinished run that has pinned it. @default - none has
   */
  checkSource(
    context: ReadContext,
    rule: Rule,
    source: R | undefined,
    intent?: Intent,
  ): Promise<readonly Finding[]>;
  /**
   * What keeps copies from being made where they go. Reads only.
   * @param skip accounts (12 digits) that cannot be entered; their part has been told already
   */
  checkTargets(
    context: ReadContext,
    graph: CopyGraph,
    skip: { has(account: string): boolean },
  ): Promise<readonly Finding[]>;
  /**
   * What keeps an account from copying what another one shares with it. Reads only.
   * @param there the receiving account, in the Region in which it is shared
   */
  checkReceiver(context: ReadContext, there: Place, source: Account): Promise<readonly Finding[]>;
  /**
   * Asks AWS whether it would let the runner role make a node's copy, without making it. A copy of a copy is tried from the source.
   * @throws AwsCallError what AWS would refuse it with
   */
  tryCopy(context: ReadContext, node: CopyNode, source: CopySource, keyArn: string): Promise<void>;
  /** What one copy of a source adds to its account and Region. */
  adds(source: CopySource): Additions;
  /** What the choice of the way needs to know of the source. */
  readSource(context: SourceContext, rule: Rule, source: R): Promise<CopySource>;
  /** The routes of the kind, and which are open to a source. @default - there is one */
  readonly routes?: KindRoutes<R>;

  /** How a copy has ended; undefined while it is in progress. */
  fateOf(copy: R): CopyFate | undefined;
  watcher(aws: AwsAccess, place: Place): CopyWatcher<R>;
  byIds(context: ReadContext, place: Place, ids: readonly string[]): Promise<readonly R[]>;
  /**
   * Finds a node's copies by their tags, and tells those that runs have made from those that only carry the tags.
   * @param sourceId of this source only. @default - of any
   */
  claimedCopies(context: ReadContext, node: CopyNode, sourceId?: string): Promise<ClaimedCopies<R>>;
  /** Whether a run has made a copy that carries our tags, by AWS's own record of it. */
  proofOf(copy: R): Proof;
  /** Whether a run has made something that is shared and carries our tags. */
  isOursShared(thing: SharedThing, region: string): boolean;
  /** What an account (12 digits) has a share of in a site. */
  sharedWith(site: Site, account: string): Promise<readonly SharedThing[]>;
  /**
   * Which of some shared things have been the source of a copy that still exists, or belong to such a source.
   * @param here where the things are
   * @param everywhere where copies may be; what does not let itself be looked at is left out
   * @returns their ids
   */
  carriedEarlier(
    topology: string,
    things: readonly SharedThing[],
    here: Site,
    everywhere: readonly Site[],
  ): Promise<ReadonlySet<string>>;
  /** Why something that carries our tags is not ours, for people. */
  whyNotOurs(copy: R): string;
  heldIn(aws: Looks, place: Place, topology: string): Promise<HeldCopies<R>>;
  /**
   * What has a record of shares.
   * @param sharers the end of the tag keys that are meant, with `*`: all sharers; `:acme/*`: those of a topology
   */
  recordedShares(aws: Looks, place: Place, sharers: string): Promise<readonly SharedResource[]>;

  /**
   * Starts a copy. The same attempt again, from any machine, gives the same copy instead of a second one.
   * @returns id of the copy, which is pending, or long dead where the attempt had been made before
   */
  start(
    context: RunContext,
    node: CopyNode,
    origin: CopyOrigin,
    keyArn: string,
    attempt: Attempt,
  ): Promise<string>;
  /** @default - nothing of the kind travels as an object */
  readonly throughS3?: ThroughS3;
  /** Whether a refusal to copy can mean that the source has just been shared, which AWS does not know everywhere yet. */
  isNotYetShared(error: unknown): boolean;
  /** Whether a refusal to copy means that the account has as many copies in progress as it may. */
  isTooManyAtOnce(error: unknown): boolean;
  /** AWS's own words on why a copy died; undefined where it gives none. */
  deathReason(
    context: ReadContext,
    node: CopyNode,
    dead: ShownCopy<R>,
    sourceId: string,
  ): Promise<string | undefined>;

  /**
   * Compares a copy with its source. Reads only.
   * @param keyArn of the key that it must be under; undefined: there is none, and no copy can be verified
   * @param seen how AWS has just shown the copy. @default - it is read
   */
  examine(
    context: ReadContext,
    node: CopyNode,
    source: CopySource,
    copyId: string,
    keyArn: string | undefined,
    seen?: ShownCopy<R>,
  ): Promise<ExaminedCopy<R>>;
  /** Makes a copy like its source where the copying call does not. @returns whether anything was set */
  complete(context: RunContext, node: CopyNode, source: CopySource, shown: ShownCopy<R>): Promise<boolean>;

  shareableOf(copy: R): Shareable;
  /** The snapshots of copies, by their ids; those that are gone are left out. */
  snapshotsByIds(aws: Looks, place: Place, ids: readonly string[]): Promise<readonly SnapshotView[]>;
  sharing(aws: AwsAccess, place: Place): Sharing;

  /** Removes one of our copies with its snapshots. What is already gone is fine. */
  remove(context: StepContext, node: NodePlace, copy: R): Promise<void>;
  /** Removes what crashes have left of a node's copies without the copies. @param gone copies that have just been removed */
  removeRemains(context: StepContext, node: CopyNode, gone: readonly R[]): Promise<void>;
  /**
   * Removes a copy that is older than what is kept.
   * @returns snapshots that stay, each with AWS's reason
   */
  retire(
    context: StepContext,
    node: CopyNode,
    copy: R,
  ): Promise<readonly { readonly id: string; readonly because: string }[]>;
  /**
   * Who uses copies of a node in a place.
   * @param remembered how many of the last copies that a parameter of the topology has shown count as used by it
   * @param publishes whether it is judged as if the node's parameter showed a newer copy already, as it will
   */
  usersOf(
    context: ReadContext,
    node: Pick<CopyNode, "rule" | "place">,
    copies: readonly R[],
    remembered: number,
    publishes: boolean,
  ): Promise<Users>;
  /** What of the topology, or of the copy itself, keeps it from being retired, for people. */
  keptBy(topology: Topology, copy: R): readonly string[];
}
