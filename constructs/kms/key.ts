import type { KeyEnvironment } from "../../policy";
import type { KeyGrants } from "./key-grants";

/** A customer managed key, created by this library or not. Other constructs accept it. */
export interface IKey {
  /** ARN of the key itself, not of an alias: identity policies require the key's ARN. */
  readonly keyArn: string;
  /** The key's id, a UUID. */
  readonly keyId: string;
  /** Partition, account and Region of the key. @default - those in its ARN */
  readonly environment?: KeyEnvironment;
  /** Allows other principals to use the key, if its key policy is created here. */
  readonly grants?: KeyGrants;
}
