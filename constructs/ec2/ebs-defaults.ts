import { EbsDefaultKmsKey } from "@cdktf/provider-aws/lib/ebs-default-kms-key";
import { EbsEncryptionByDefault } from "@cdktf/provider-aws/lib/ebs-encryption-by-default";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { IKey } from "../kms";

export interface EbsDefaultsProps {
  /**
   * The key of new volumes and snapshots for which no key is named. It must be a symmetric customer managed key of the
   * account in the same Region, and its policy must allow all principals that create volumes there.
   * `key.grants.allowEbsDefault()` allows all principals of the account, only through EC2, as the policy of AWS's own default key does.
   * @default - the AWS managed key `aws/ebs`, WHOSE SNAPSHOTS CAN NEVER BE SHARED WITH ANOTHER ACCOUNT
   */
  readonly key?: IKey;
  /** Whether new volumes and copies of unencrypted snapshots are encrypted even if the request does not ask for it. @default true */
  readonly encryptionByDefault?: boolean;
  /** Provider of the account and Region of these settings. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * The EBS default key and encryption by default, which are settings of a whole account in one Region: USE THIS
 * CONSTRUCT ONLY ONCE FOR EACH ACCOUNT AND REGION. Existing volumes and snapshots keep their keys.
 *
 * IMPORTANT: REMOVING THIS CONSTRUCT RESETS BOTH SETTINGS: ENCRYPTION BY DEFAULT IS DISABLED, AND THE DEFAULT KEY IS
 * `aws/ebs` AGAIN. The key itself is retained, unless its `removalPolicy` says otherwise, because existing volumes and
 * snapshots need it. WHILE THE DEFAULT KEY IS DISABLED OR PENDING DELETION, NO LAUNCH IN THE ACCOUNT CAN USE IT.
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
