import { EbsDefaultKmsKey } from "@cdktf/provider-aws/lib/ebs-default-kms-key";
import { EbsEncryptionByDefault } from "@cdktf/provider-aws/lib/ebs-encryption-by-default";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { IKey } from "../kms";

export interface EbsDefaultsProps {
  /**
   * The key of new volumes and snapshots for which none is named. It must be a symmetric customer managed key of the
   * account in the same Region, and its policy must let in whoever makes volumes there:
   * `key.grants.allowEbsDefault()` does, for everybody in the account and through EC2 alone, as AWS's own default key does.
   * @default - the AWS managed key `aws/ebs`, WHOSE SNAPSHOTS CAN NEVER BE SHARED WITH ANOTHER ACCOUNT
   */
  readonly key?: IKey;
  /** Whether new volumes and copies of unencrypted snapshots are encrypted although nobody asks for it. @default true */
  readonly encryptionByDefault?: boolean;
  /** Provider of the account and Region whose settings these are. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * The EBS default key and encryption by default, which are settings of a whole account in one Region: USE THIS
 * CONSTRUCT ONCE FOR EACH OF THEM. Volumes and snapshots that exist keep their keys.
 *
 * IMPORTANT: REMOVING IT TAKES BOTH SETTINGS BACK: ENCRYPTION BY DEFAULT IS SWITCHED OFF, THE DEFAULT KEY BECOMES
 * `aws/ebs` AGAIN. The key itself is retained, unless its `removalPolicy` says otherwise, because what was made under it
 * needs it. WHILE THE DEFAULT KEY IS DISABLED OR PENDING DELETION, NOBODY IN THE ACCOUNT CAN LAUNCH UNDER IT.
 * Source: EBS user guide, "Enable Amazon EBS encryption by default".
 */
export class EbsDefaults extends Construct {
  constructor(scope: Construct, id: string, props: EbsDefaultsProps = {}) {
    super(scope, id);
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    if (props.key !== undefined) {
      new EbsDefaultKmsKey(this, "DefaultKey", { keyArn: props.key.keyArn, ...placement });
    }
    new EbsEncryptionByDefault(this, "EncryptionByDefault", {
      enabled: props.encryptionByDefault ?? true,
      ...placement,
    });
  }
}
