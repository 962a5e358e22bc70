import type { GrantDocument, UnreadDocument } from "@keyferry/evaluator";
import type { DeclaredCopy } from "./copies";
import type { PlannedMoves } from "./planned-moves";
import type { ReadPolicy } from "./document";
import type { Place } from "./stack-file";

/** What is common to everything that a review speaks of. */
export interface Thing {
  /** Stands for it on both sides. */
  readonly arn: string;
  /** For people: `alias/app-data in 111111111111 eu-west-1`. */
  readonly label: string;
  readonly account: string;
  readonly region: string;
  /** Where it is declared: `foundation-keys-prod: aws_kms_key.home`. */
  readonly source: string;
}

export interface ReviewedKey extends Thing {
  readonly aliases: readonly string[];
  /** Undefined where the stack writes none: AWS's default key policy. */
  readonly policy: ReadPolicy;
  readonly enabled: boolean;
  readonly rotation: boolean;
  /** Days. */
  readonly rotationPeriod: number;
  /** Days. */
  readonly deletionWindow: number;
  readonly multiRegion: boolean;
  /** What the resource is, and its address in Terraform. */
  readonly type: string;
  readonly address: string;
}

export interface ReviewedRole extends Thing {
  readonly name: string;
  readonly trust: ReadPolicy;
  readonly identity: readonly ReadPolicy[];
  readonly boundary: ReadPolicy | undefined;
  /** Policies that apply and whose text the stacks do not hold. */
  readonly unread: readonly UnreadDocument[];
}

export interface ReviewedBucket extends Thing {
  readonly bucket: string;
  readonly policy: ReadPolicy | undefined;
  /** `AES256`, `aws:kms` with its key; undefined where no stack sets it. */
  readonly encryption: string | undefined;
  readonly versioning: string | undefined;
  /** One text for each rule: where to, under which key, and how. */
  readonly replication: ReadonlyMap<string, string>;
  /** The four settings of S3 Block Public Access that are on. */
  readonly publicAccessBlock: readonly string[];
  /** Whether a stack makes the bucket; otherwise one only configures it. */
  readonly made: boolean;
}

export interface ReviewedGrant {
  /** Of the key; a grant on a key of no stack has the ARN that stands for it. */
  readonly key: string;
  readonly keyLabel: string;
  readonly account: string;
  readonly grant: GrantDocument;
  readonly source: string;
}

export interface ReviewedAlias extends Place {
  readonly name: string;
  /** Label of the key, or what is written where no stack makes it. */
  readonly key: string;
  readonly source: string;
}

/** The EBS settings of an account in a Region. */
export interface InstanceDefaults extends Place {
  readonly setting: "EBS encryption by default" | "EBS default key";
  readonly value: string;
  readonly source: string;
}

/** Something that nobody can read before the deployment. */
export interface Unread {
  /** What it is, equal on both sides. */
  readonly what: string;
  readonly why: string;
  readonly source: string;
  /** Equal where it is written alike. */
  readonly written: string;
}

/** What the stacks of one synthesis hold. */
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
  /** Address after a move -> before: `stack: type.id`. */
  readonly moved: ReadonlyMap<string, string>;
  readonly unread: readonly Unread[];
  /** By rule and destination; undefined where the synthesis does not tell them. */
  readonly copies: ReadonlyMap<string, DeclaredCopy> | undefined;
  /** What the next run moves; undefined where there is no plan of the copies. */
  readonly planned: PlannedMoves | undefined;
  /** Label of each key that is only looked up by its alias, by the ARN that stands for it. */
  readonly lookedUp: ReadonlyMap<string, string>;
  /** Accounts that own something or have a provider. */
  readonly accounts: ReadonlySet<string>;
}
