import type { z } from "zod";
import type { Problem } from "../core/errors";
import type { Caller, ProofCall } from "../policy/proof";
import type { CopyService } from "../policy/keys";
import type { PermissionRow } from "../policy/row";
import type { CopyOrigin, RunnerAccess } from "../policy/runner";

/** A part of the user's input, before it is validated. */
export type RawPart = Readonly<Record<string, unknown>>;

/** The common part of a valid `from`; each kind has additional keys. */
export interface ValidSource {
  readonly account: string;
  readonly region: string;
}

/** The common part of a valid destination. */
export interface ValidDestination {
  readonly account: string;
  readonly regions: readonly string[];
}

/** The pure half of a kind: the schema of its rules, its permissions and its calls. */
export interface DeclaredKind {
  readonly name: string;
  readonly noun: { readonly one: string; readonly many: string };
  /** The service that copies, and uses keys on the runner role's behalf. */
  readonly keysThrough: CopyService;
  /** The verb with which AWS removes one: `deregister`. */
  readonly removal: string;
  /** Data type of the parameter with a copy's id. Source: Systems Manager API reference, PutParameter. */
  readonly parameterType: "aws:ec2:image" | "text";
  /** Keys of the tags that name the original source, and the resource that a copy was made from. */
  readonly lineage: { readonly source: string; readonly parent: string };

  /** Key of the tag that names the device of a copied snapshot. @default - the kind does not copy snapshots of one source separately */
  readonly deviceTag?: string;

  /** Schema of a rule. */
  readonly schema: z.ZodType;
  /** Problems of how a raw `from` selects its source. @param path `images.web.from` */
  checkSource(from: RawPart, path: string): readonly Problem[];
  /** Problems of one of a raw rule's destinations. */
  checkDestination(rule: RawPart, to: RawPart, at: RulePaths): readonly Problem[];
  /** The source in words, as far as a raw `from` defines it; rules with the same words always have the same source. */
  sourceWords(from: RawPart): string | undefined;
  /** Why two rules cannot copy one source into one place, as a clause. @default - they can */
  readonly carriedOnce?: string;

  /** How a valid `from` selects its source. */
  selectorOf(from: ValidSource): object;
  /** A selector in a few words, for people: `newest web-*`. */
  selectorWords(selector: object): string;
  /** Settings of a valid destination in one of its Regions, in addition to those of all kinds. */
  optionsOf(to: ValidDestination, region: string): object;

  /** Permissions of the runner role for rules of this kind. */
  readonly rows: readonly PermissionRow<RunnerAccess>[];
  readonly calls: KindCalls;
}

/** Paths of a raw rule and one of its destinations, for messages. */
export interface RulePaths {
  /** `images.web` */
  readonly rule: string;
  /** `images.web.to[0]` */
  readonly to: string;
}

/** Bucket and prefix of the objects of a rule. The prefix ends with a slash. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** The calls of one purpose. */
export type CopyCalls = Pick<KindCalls, "copyFrom" | "copyFromAccount" | "copy">;

/**
 * The calls that the commands make for copies of a kind, by purpose. They are written independently of the
 * permission rows, on purpose: the proof compares the two.
 */
export interface KindCalls {
  /** Existing resources are read, in any place. */
  look(caller: Caller): readonly ProofCall[];
  /** Permissions on a source in a Region that the copying call needs. */
  copyFrom(caller: Caller, region: string): readonly ProofCall[];
  /** The same, if they also depend on the source's account. @default - they do not */
  copyFromAccount?(caller: Caller, from: CopyOrigin): readonly ProofCall[];
  /** Permissions on the copy that the copying call needs. */
  copy(caller: Caller, topology: string): readonly ProofCall[];
  /** @param sharesWith accounts (12 digits) */
  share(caller: Caller, topology: string, sharesWith: readonly string[]): readonly ProofCall[];
  /** A resource is shared with accounts that launch from it; empty if the kind cannot be launched. */
  letLaunch(caller: Caller, topology: string): readonly ProofCall[];
  /** What an account that launches from a shared resource reads. */
  seeShared(caller: Caller): readonly ProofCall[];
  remove(caller: Caller, topology: string): readonly ProofCall[];
  /** Properties that the copying call does not copy are set. */
  finish(caller: Caller, topology: string): readonly ProofCall[];
  /** Copies are protected, if the topology requires it. */
  protect(caller: Caller, topology: string): readonly ProofCall[];
  /** Users of an old copy are searched. */
  lookForUses(caller: Caller): readonly ProofCall[];
  /** A source is copied as an object through S3. @default - the kind does not support it */
  readonly throughS3?: {
    store(caller: Caller, folder: ObjectPlace): readonly ProofCall[];
    /** @param owner 12-digit id of the account that owns the bucket */
    push(caller: Caller, folder: ObjectPlace, owner: string): readonly ProofCall[];
    restore(caller: Caller, topology: string, folder: ObjectPlace): readonly ProofCall[];
  };
  /** An image is registered from separate copies of its snapshots, instead of `copyFrom` and `copy`. @default - the kind does not support it */
  readonly registered?: CopyCalls & {
    /** The source's account reads the properties for the registration. */
    read(caller: Caller): readonly ProofCall[];
  };
  /** A resource is shared from a Region that no copy leaves, which must be refused. */
  shareInVain(caller: Caller): ProofCall;
}
