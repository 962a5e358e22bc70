import { randomBytes, randomUUID } from "node:crypto";
import { formatArn, keyArn } from "../../../core/arn";
import { partitionOf } from "../../../core/regions";

export type KeyState = "Enabled" | "Disabled" | "PendingDeletion";

export interface Grant {
  readonly grantId: string;
  readonly name?: string;
  readonly granteePrincipal: string;
  readonly retiringPrincipal?: string;
  readonly operations: readonly string[];
  readonly encryptionContextEquals?: Readonly<Record<string, string>>;
  readonly encryptionContextSubset?: Readonly<Record<string, string>>;
  /** 12-digit id of the account whose principal created it. */
  readonly issuingAccount: string;
  readonly created: Date;
}

export interface Key {
  readonly arn: string;
  readonly keyId: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly manager: "AWS" | "CUSTOMER";
  readonly created: Date;
  description: string;
  state: KeyState;
  /** JSON, as it was put. */
  policy: string;
  tags: Record<string, string>;
  /** Days between rotations; undefined: no automatic rotation. */
  rotationDays?: number;
  rotationBegan?: Date;
  deletionDate?: Date;
  /** 32 bytes each; the last one encrypts, all decrypt. */
  readonly materials: Buffer[];
  grants: readonly Grant[];
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

export interface NewKey {
  readonly account: string;
  readonly region: string;
  readonly manager: Key["manager"];
  readonly description: string;
  readonly tags: Record<string, string>;
}

/** All keys and aliases of the cloud; every account and Region has its own. */
export class KmsState {
  private readonly keys = new Map<string, Key>();
  private readonly aliases = new Map<string, Alias>();
  /** Grant tokens that were given out, to the grants they stand for. */
  readonly grantTokens = new Map<string, { readonly keyArn: string; readonly grantId: string }>();

  /** The ARN comes first, because the key policy may speak of it. */
  newKeyId(): string {
    return randomUUID();
  }

  addKey(keyId: string, key: NewKey, policy: string, created: Date): Key {
    const added: Key = {
      ...key,
      arn: keyArn(key.region, key.account, keyId),
      keyId,
      policy,
      created,
      state: "Enabled",
      materials: [randomBytes(32)],
      grants: [],
    };
    this.keys.set(added.arn, added);
    return added;
  }

  key(arn: string): Key | undefined {
    return this.keys.get(arn);
  }

  keysOf(account: string, region: string): readonly Key[] {
    return [...this.keys.values()].filter((key) => key.account === account && key.region === region);
  }

  removeKey(key: Key): void {
    this.keys.delete(key.arn);
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

/** ARN of an alias; `name` with its prefix `alias/`. */
export function aliasArn(region: string, account: string, name: string): string {
  return formatArn({ partition: partitionOf(region), service: "kms", region, account, resource: name });
}
