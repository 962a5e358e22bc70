import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsExternalKey } from "@cdktf/provider-aws/lib/kms-external-key";
import { Construct } from "constructs";
import type { KeyEnvironment } from "../../policy";
import { checkRange } from "../props";
import type { CustomerManagedKeyProps } from "./customer-managed-key";
import type { IKey } from "./key";
import { checkAlias } from "./key-alias";
import { ProviderEnvironment } from "../environment";
import { KeyGrants } from "./key-grants";
import { DELETION_WINDOW } from "./key-limits";
import { keyPolicyText } from "./key-policy-text";

/** As for any key, but for rotation, which KMS does not do with imported material, and being disabled before it has any. */
export type ImportedKeyProps = Omit<
  CustomerManagedKeyProps,
  "enabled" | "enableKeyRotation" | "rotationPeriodInDays" | "multiRegion"
>;

/**
 * A symmetric encryption key whose material you bring (`Origin` EXTERNAL), with its alias. Terraform makes it without material, in
 * the state `PendingImport`; `keyferry keys import` brings the bytes, which so are never in Terraform's state. What happens to the
 * material outside Terraform, its expiry included, is no change to a plan.
 *
 * YOU KEEP THE MATERIAL: AWS does not give it back. A key whose material has expired or was deleted is usable again only with the
 * same bytes. Most keys need none of this: KMS makes better material, and rotates it.
 * Source: KMS developer guide, Importing key material.
 */
export class ImportedKey extends Construct implements IKey {
  readonly keyArn: string;
  readonly keyId: string;
  /** With its prefix. */
  readonly alias: string;
  readonly environment: KeyEnvironment;
  /** Lets others use the key, by what they do with it. */
  readonly grants: KeyGrants;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: ImportedKeyProps) {
    super(scope, id);
    checkAlias(this, props.alias);
    checkRange(this, "deletionWindowInDays", props.deletionWindowInDays, DELETION_WINDOW);
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    this.environment = props.environment ?? new ProviderEnvironment(this, props.provider);
    const granted = () => {
      const policy = keyPolicyText(this, props, this.environment, this.grants);
      return policy === undefined ? {} : { policy };
    };
    this.grants = new KeyGrants(this, () => Object.assign(key, granted()));
    const key = new KmsExternalKey(this, "Resource", {
      description: props.description,
      deletionWindowInDays: props.deletionWindowInDays ?? DELETION_WINDOW.max,
      ...granted(),
      lifecycle: {
        ignoreChanges: ["key_material_base64", "valid_to"],
        ...(props.removalPolicy === "destroy" ? {} : { preventDestroy: true }),
      },
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      ...placement,
    });
    new KmsAlias(this, "Alias", { name: props.alias, targetKeyId: key.id, ...placement });
    this.keyArn = key.arn;
    this.keyId = key.id;
    this.alias = props.alias;
  }
}
