import type { GrantDocument, UnreadDocument } from "@keyferry/evaluator";
import type { DeclaredCopy } from "./copies";
import type { PlannedMoves } from "./planned-moves";
import type { ReadPolicy } from "./document";
import type { Place } from "./stack-file";

/** Properties of everything that a review reports on. */
export interface Thing {
  /** Identifies it on both sides. */
  readonly arn: string;
  /** Display name: `alias/app-data in 111111111111 eu-west-1`. */
  readonly label: string;
  readonly account: string;
  readonly region: string;
  /** Where it is declared: `foundation-keys-prod: aws_kms_key.home`. */
  readonly source: string;
}

export interface ReviewedKey extends Thing {
  readonly aliases: readonly string[];
  /** Undefined where the stack sets none: AWS's default key policy applies. */
  readonly policy: ReadPolicy;
  readonly enabled: boolean;
  readonly rotation: boolean;
  /** Days. */
  readonly rotationPeriod: number;
  /** Days. */
  readonly deletionWindow: number;
  readonly multiRegion: boolean;
  /** Type of the resource, and its address in Terraform. */
  readonly type: string;
  readonly address: string;
}

export interface ReviewedRole extends Thing {
  readonly name: string;
  readonly trust: ReadPolicy;
  readonly identity: readonly ReadPolicy[];
  readonly boundary: ReadPolicy | undefined;
  /** Policies that apply but whose text is not in the stacks. */
  readonly unread: readonly UnreadDocument[];
}

export interface ReviewedBucket extends Thing {
  readonly bucket: string;
  readonly policy: ReadPolicy | undefined;
  /** `AES256`, or `aws:kms` with its key; undefined where no stack sets it. */
  readonly encryption: string | undefined;
  readonly versioning: string | undefined;
  /** One text for each rule: destination, key and options. */
  readonly replication: ReadonlyMap<string, string>;
  /** Those of the four settings of S3 Block Public Access that are on. */
  readonly publicAccessBlock: readonly string[];
  /** Whether a stack creates the bucket; otherwise a stack only configures it. */
  readonly made: boolean;
}

export interface ReviewedGrant {
  /** ARN of the key; for a key that is in no stack, the ARN that stands for it. */
  readonly key: string;
  readonly keyLabel: string;
  readonly account: string;
  readonly grant: GrantDocument;
  readonly source: string;
}

export interface ReviewedAlias extends Place {
  readonly name: string;
  /** Label of the key, or the text in the stack where no stack creates the key. */
  readonly key: string;
  readonly source: string;
}

/** The EBS settings of an account in a Region. */
export interface InstanceDefaults extends Place {
  readonly setting: "EBS encryption by default" | "EBS default key";
  readonly value: string;
  readonly source: string;
}

/** A policy or resource that cannot be read before the deployment. */
export interface Unread {
  /** Its name, equal on both sides. */
  readonly what: string;
  readonly why: string;
  readonly source: string;
  /** Equal where it is written identically. */
  readonly written: string;
}

/** Contents of the stacks of one synthesis. */
export interface Estate {
  readonly keys: ReadonlyMap<string, ReviewedKey>;
  readonly aliases: ReadonlyMap<string, ReviewedAlias>;
  readonly roles: ReadonlyMap<string, ReviewedRole>;
  readonly buckets: ReadonlyMap<string, ReviewedBucket>;
  /** By key, grantee and name. */
  readonly grants: ReadonlyMap<string, ReviewedGrant>;
  readonly defaults: ReadonlyMap<string, InstanceDefaults>;
  /** Addresses that leave Terraform without being destroyed: `stack: type.id`. */
  readonly released: ReadonlySet<string>;
  /** Address after a move -> address before it: `stack: type.id`. */
  readonly moved: ReadonlyMap<string, string>;
  readonly unread: readonly Unread[];
  /** By rule and destination; undefined where the synthesis does not list them. */
  readonly copies: ReadonlyMap<string, DeclaredCopy> | undefined;
  /** Data that the next run moves; undefined where there is no plan of the copies. */
  readonly planned: PlannedMoves | undefined;
  /** Labels of the keys that the stacks only look up by alias, by the ARN that stands for the key. */
  readonly lookedUp: ReadonlyMap<string, string>;
  /** Accounts that own something or have a provider. */
  readonly accounts: ReadonlySet<string>;
}
