import type { z } from "zod";
import type { Problem } from "../core/errors";
import type { Caller, ProofCall } from "../policy/proof";
import type { CopyService } from "../policy/keys";
import type { PermissionRow } from "../policy/row";
import type { CopyOrigin, RunnerAccess } from "../policy/runner";

/** A part of the user's input, before it is validated. */
export type RawPart = Readonly<Record<string, unknown>>;

/** A valid `from`, as far as all kinds have it; each kind knows its own keys beside. */
export interface ValidSource {
  readonly account: string;
  readonly region: string;
}

/** A valid destination rule, the same way. */
export interface ValidDestination {
  readonly account: string;
  readonly regions: readonly string[];
}

/** The pure half of a kind: what a rule of it looks like, what it may do, and which calls it makes. */
export interface DeclaredKind {
  readonly name: string;
  readonly noun: { readonly one: string; readonly many: string };
  /** The service that copies, and uses keys in the runner role's name. */
  readonly keysThrough: CopyService;
  /** The verb with which AWS removes one: `deregister`. */
  readonly removal: string;
  /** Data type of the parameter that shows a copy. Source: Systems Manager API reference, PutParameter. */
  readonly parameterType: "aws:ec2:image" | "text";
  /** Keys of the tags that name the source at the start of the journey, and what a copy was made from. */
  readonly lineage: { readonly source: string; readonly parent: string };

  /** Key of the tag that names the device that a copy of a snapshot is for. @default - no copy is made of several snapshots by itself */
  readonly deviceTag?: string;

  /** Shape of a rule. */
  readonly schema: z.ZodType;
  /** What is wrong with how a raw `from` chooses its source. @param path `images.web.from` */
  checkSource(from: RawPart, path: string): readonly Problem[];
  /** What is wrong with what a raw rule asks of one of its destinations. */
  checkDestination(rule: RawPart, to: RawPart, at: RulePaths): readonly Problem[];
  /** The source in words, as far as a raw `from` tells it; rules that say the same always carry the same. */
  sourceWords(from: RawPart): string | undefined;
  /** Why two rules cannot carry one source into one place, as a clause. @default - they can */
  readonly carriedOnce?: string;

  /** How a valid `from` chooses its source. */
  selectorOf(from: ValidSource): object;
  /** A selector in a few words, for people: `newest web-*`. */
  selectorWords(selector: object): string;
  /** What a valid destination asks for in one of its Regions, beyond what all kinds have. */
  optionsOf(to: ValidDestination, region: string): object;

  /** What the runner role may do for rules of this kind. */
  readonly rows: readonly PermissionRow<RunnerAccess>[];
  readonly calls: KindCalls;
}

/** Where a raw rule and one of its destinations stand, for the report. */
export interface RulePaths {
  /** `images.web` */
  readonly rule: string;
  /** `images.web.to[0]` */
  readonly to: string;
}

/** Where objects of a rule are: in which bucket, and below which prefix, which ends with a slash. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** The calls for which a copy is made. */
export type CopyCalls = Pick<KindCalls, "copyFrom" | "copyFromAccount" | "copy">;

/**
 * The calls that the script makes for copies of a kind, by what they are for. They are written independently of the
 * permission rows, on purpose: the proof compares the two.
 */
export interface KindCalls {
  /** What is there is read, in any place. */
  look(caller: Caller): readonly ProofCall[];
  /** What the copying call asks about a source in a Region. */
  copyFrom(caller: Caller, region: string): readonly ProofCall[];
  /** The same where it depends on the source's account as well. @default - it never does */
  copyFromAccount?(caller: Caller, from: CopyOrigin): readonly ProofCall[];
  /** What it asks about what it makes. */
  copy(caller: Caller, topology: string): readonly ProofCall[];
  /** @param sharesWith accounts (12 digits) */
  share(caller: Caller, topology: string, sharesWith: readonly string[]): readonly ProofCall[];
  /** Something is shared with accounts that launch from it; none where nothing of the kind is launched. */
  letLaunch(caller: Caller, topology: string): readonly ProofCall[];
  /** What whoever launches from something shared reads of it. */
  seeShared(caller: Caller): readonly ProofCall[];
  remove(caller: Caller, topology: string): readonly ProofCall[];
  /** What the copying call does not carry is set. */
  finish(caller: Caller, topology: string): readonly ProofCall[];
  /** Copies are protected, where the topology asks for it. */
  protect(caller: Caller, topology: string): readonly ProofCall[];
  /** What uses an old copy is looked for. */
  lookForUses(caller: Caller): readonly ProofCall[];
  /** Something travels as an object through S3. @default - nothing of the kind does */
  readonly throughS3?: {
    store(caller: Caller, folder: ObjectPlace): readonly ProofCall[];
    /** @param owner 12-digit id of the account that owns the bucket */
    push(caller: Caller, folder: ObjectPlace, owner: string): readonly ProofCall[];
    restore(caller: Caller, topology: string, folder: ObjectPlace): readonly ProofCall[];
  };
  /** A copy is registered of copies of its parts, one by one, instead of what `copyFrom` and `copy` tell. @default - nothing of the kind is */
  readonly registered?: CopyCalls & {
    /** The source's account reads what is to be registered. */
    read(caller: Caller): readonly ProofCall[];
  };
  /** Something is shared from a Region that no copy leaves: what must be refused. */
  shareInVain(caller: Caller): ProofCall;
}
