import { randomBytes, randomUUID } from "node:crypto";
import { formatArn, keyArn, partitionOf } from "@keyferry/common";
import type { PrincipalIds } from "../../identity/principal-ids";
import type { KeyUsage } from "./key-specs";

export type KeyState =
  | "Creating"
  | "Enabled"
  | "Disabled"
  | "PendingDeletion"
  | "PendingReplicaDeletion"
  | "PendingImport"
  | "Updating";

export interface Grant {
  readonly grantId: string;
  readonly name?: string;
  readonly granteePrincipal: string;
  readonly retiringPrincipal?: string;
  /** Unique ids of grantee and retiring principal, by their ARNs: a later principal of the same name does not match. */
  readonly principalIds: PrincipalIds;
  readonly operations: readonly string[];
  readonly encryptionContextEquals?: Readonly<Record<string, string>>;
  readonly encryptionContextSubset?: Readonly<Record<string, string>>;
  /** 12-digit id of the account whose principal created it. */
  readonly issuingAccount: string;
  readonly created: Date;
}

export type MaterialState =
  "CURRENT" | "NON_CURRENT" | "PENDING_ROTATION" | "PENDING_MULTI_REGION_IMPORT_AND_ROTATION";

/** One key material; it belongs to a key and all its replicas. */
export interface Material {
  /** 64 hexadecimal digits. */
  readonly id: string;
  state: MaterialState;
  rotationDate?: Date;
  rotationType?: "AUTOMATIC" | "ON_DEMAND";
  description?: string;
  /** What KMS generated, a secret or a private key as PKCS #8; imported material is stored with each key separately. */
  readonly bytes?: Buffer;
}

/** Automatic rotation. */
export interface Rotation {
  readonly days: number;
  /** Start of the current period. */
  began: Date;
  /** Distinguishes the rotation that is scheduled now from those that a change has cancelled. */
  readonly round: string;
  /** A rotation was due while the key was disabled. */
  missed: boolean;
}

/** What a multi-Region key and its replicas share; any other key has its own. */
export interface Family {
  /** In the order of their creation; one is current. */
  readonly materials: Material[];
  rotation?: Rotation;
  onDemandRotations: number;
  onDemandStarted?: Date;
}

export interface ImportedMaterial {
  readonly bytes: Buffer;
  /** When it expires; undefined: never. */
  readonly validTo?: Date;
}

export interface Key {
  readonly arn: string;
  readonly keyId: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly manager: "AWS" | "CUSTOMER";
  readonly origin: "AWS_KMS" | "EXTERNAL";
  /** `SYMMETRIC_DEFAULT`, `RSA_2048`, ... */
  readonly spec: string;
  readonly usage: KeyUsage;
  /** undefined: a single-Region key. */
  multiRegion?: "PRIMARY" | "REPLICA";
  readonly created: Date;
  description: string;
  state: KeyState;
  /** JSON, as it was sent. */
  policy: string;
  /** Unique ids of the policy's principals at the time it was set. */
  principalIds: PrincipalIds;
  tags: Record<string, string>;
  deletionDate?: Date;
  /** Waiting period, in days, of a primary key whose replicas must be deleted first. */
  pendingDays?: number;
  /** Imported materials that are present, by id. */
  imported: Readonly<Record<string, ImportedMaterial>>;
  grants: readonly Grant[];
  /** The last successful cryptographic operation. */
  lastUsage?: { readonly operation: string; readonly at: Date; readonly requestId?: string };
}

export interface Alias {
  /** With its prefix: `alias/...`. */
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  targetKeyId: string;
  readonly created: Date;
  updated: Date;
}

/** A wrapping key that was issued, by its import token. */
export interface ImportParameters {
  readonly keyArn: string;
  readonly algorithm: string;
  /** PEM. */
  readonly privateKey: string;
  readonly validTo: Date;
}

export type NewKey = Pick<
  Key,
  | "account"
  | "region"
  | "manager"
  | "origin"
  | "spec"
  | "usage"
  | "multiRegion"
  | "description"
  | "tags"
  | "policy"
  | "principalIds"
>;

/** All keys and aliases of the cloud; every account and Region has its own. */
export class KmsState {
  private readonly keys = new Map<string, Key>();
  private readonly aliases = new Map<string, Alias>();
  /** By account and key id, which replicas have in common. */
  private readonly families = new Map<string, Family>();
  /** Issued grant tokens, with the grants that they refer to. */
  readonly grantTokens = new Map<string, { readonly keyArn: string; readonly grantId: string }>();
  readonly importTokens = new Map<string, ImportParameters>();
  readonly #source?: KmsState;

  /** @param source the state that this one follows with a delay @default - none: it is the one that is written to */
  constructor(source?: KmsState) {
    this.#source = source;
  }

  /** The current state, regardless of what this state shows yet. */
  get live(): KmsState {
    return this.#source ?? this;
  }

  /** Makes a key of `live` and its alias visible early. */
  adopt(key: Key, alias: Alias): void {
    this.keys.set(key.arn, key);
    this.families.set(familyName(key), this.live.family(key));
    this.aliases.set(alias.arn, alias);
  }

  /** The ARN is created first, because the key policy may contain it. */
  newKeyId(multiRegion = false): string {
    return multiRegion ? `mrk-${randomBytes(16).toString("hex")}` : randomUUID();
  }

  /** Adds a key; one with the id of an existing family becomes its replica. @param material of a new family's key */
  addKey(keyId: string, key: NewKey, created: Date, state: KeyState, material = newMaterial()): Key {
    const arn = keyArn(key.region, key.account, keyId);
    const added: Key = { ...key, arn, keyId, created, state, imported: {}, grants: [] };
    this.keys.set(arn, added);
    const name = familyName(added);
    if (!this.families.has(name)) {
      const materials = key.origin === "EXTERNAL" ? [] : [material];
      this.families.set(name, { materials, onDemandRotations: 0 });
    }
    return added;
  }

  family(key: Key): Family {
    return this.families.get(familyName(key)) ?? { materials: [], onDemandRotations: 0 };
  }

  /** The key itself and, where it is a multi-Region key, all others with the same id. */
  related(key: Key): readonly Key[] {
    if (key.multiRegion === undefined) return [key];
    return [...this.keys.values()].filter(
      ({ account, keyId }) => account === key.account && keyId === key.keyId,
    );
  }

  primaryOf(key: Key): Key {
    return this.related(key).find(({ multiRegion }) => multiRegion === "PRIMARY") ?? key;
  }

  replicasOf(key: Key): readonly Key[] {
    return this.related(key).filter(({ multiRegion }) => multiRegion === "REPLICA");
  }

  key(arn: string): Key | undefined {
    return this.keys.get(arn);
  }

  keysOf(account: string, region: string): readonly Key[] {
    return this.keysIn(region).filter((key) => key.account === account);
  }

  /** All accounts' keys of a Region. */
  keysIn(region: string): readonly Key[] {
    return [...this.keys.values()].filter((key) => key.region === region);
  }

  removeKey(key: Key): void {
    this.keys.delete(key.arn);
    if (this.related(key).every(({ arn }) => !this.keys.has(arn))) this.families.delete(familyName(key));
    for (const alias of this.aliasesOf(key.account, key.region)) {
      if (alias.targetKeyId === key.keyId) this.aliases.delete(alias.arn);
    }
  }

  addAlias(account: string, region: string, name: string, targetKeyId: string, now: Date): Alias {
    const arn = aliasArn(region, account, name);
    const alias: Alias = { name, arn, account, region, targetKeyId, created: now, updated: now };
    this.aliases.set(arn, alias);
    return alias;
  }

  alias(arn: string): Alias | undefined {
    return this.aliases.get(arn);
  }

  aliasesOf(account: string, region: string): readonly Alias[] {
    return [...this.aliases.values()].filter((alias) => alias.account === account && alias.region === region);
  }

  removeAlias(arn: string): void {
    this.aliases.delete(arn);
  }
}

/** Material that KMS generates for a symmetric encryption key. */
export function newMaterial(): Material {
  return { id: randomBytes(32).toString("hex"), state: "CURRENT", bytes: randomBytes(32) };
}

/** ARN of an alias; `name` with its prefix `alias/`. */
export function aliasArn(region: string, account: string, name: string): string {
  return formatArn({ partition: partitionOf(region), service: "kms", region, account, resource: name });
}

function familyName({ account, keyId }: Key): string {
  return `${account}/${keyId}`;
}
