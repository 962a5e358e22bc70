import type { KeyEnvironment } from "../../policy";
import type { KeyGrants } from "./key-grants";

/** A customer managed key, whoever created it; what other constructs accept. */
export interface IKey {
  /** ARN of the key itself, never of an alias: AWS wants it so in identity policies. */
  readonly keyArn: string;
  /** The key's id, a UUID. */
  readonly keyId: string;
  /** Where it is, and whose. @default - what its ARN says */
  readonly environment?: KeyEnvironment;
  /** Who else may use it, where its key policy is made here. */
  readonly grants?: KeyGrants;
}
