import { accountPrincipal, serviceLinkedRoleArn } from "@keyferry/common";
import { KmsGrant } from "@cdktf/provider-aws/lib/kms-grant";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { LAUNCH_OPERATIONS, type LaunchOperation, type ServiceLinkedRole } from "../../policy";
import { checkText, propError } from "../props";
import { ProviderEnvironment } from "../environment";
import { checkKeyArn } from "./key-arn";
import { checkServiceLinkedRole } from "./service-linked-role";

/** Source: KMS API reference, CreateGrant, Name. */
export const GRANT_NAME = /^[\w:/-]{1,256}$/;

export interface ServiceLinkedRoleGrantProps {
  /** Tells the grant from others on the key, and keeps a repeated call from making a second one. */
  readonly grantName: string;
  /** ARN of the key itself, of another account or the own one, in the Region of the provider. */
  readonly keyArn: string;
  /** Who may use the key; the role of the provider's account. IT MUST EXIST: `aws iam create-service-linked-role` makes it. */
  readonly grantee: ServiceLinkedRole;
  /** What the role may have KMS do with the key. @default - all that AWS's documents name for a launch */
  readonly operations?: readonly LaunchOperation[];
  /**
   * Provider of the account WHOSE INSTANCES ARE LAUNCHED: a grant that the key's own account has made for a role of another
   * one lets nobody launch. @default - the stack's own provider
   */
  readonly provider?: TerraformProvider;
}

/**
 * Lets a service-linked role of an account launch instances under another account's key. Nobody can give such a role a policy,
 * and a key policy that names it is only half of what AWS asks for between accounts: a grant is the one way. The key's owner
 * allows it with `key.grants.allowLaunchGrants`, IAM of the account with the statements of `grantIssuerPolicy`.
 *
 * The account is the grant's retiring principal, so Terraform ends it with `kms:RetireGrant` and needs no right to revoke the
 * grants of others. Every change makes a new grant. A SERVICE-LINKED ROLE THAT IS DELETED AND MADE ANEW LOSES ITS GRANTS: the
 * next plan refuses to read such a grant until it has been retired (`aws kms retire-grant`), and then makes another one.
 *
 * Source: EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes, cross-account access.
 */
export class ServiceLinkedRoleGrant extends Construct implements ITerraformDependable {
  /** By which KMS names the grant. */
  readonly grantId: string;
  /** ARN of the service-linked role. */
  readonly granteePrincipal: string;
  /** For `dependsOn` of what is launched under the grant. */
  readonly fqn: string;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: ServiceLinkedRoleGrantProps) {
    super(scope, id);
    const { grantName, keyArn, grantee, operations = LAUNCH_OPERATIONS } = props;
    checkText(this, "grantName", grantName, GRANT_NAME, "1 to 256 letters, digits or :/_-");
    checkKeyArn(this, keyArn);
    checkServiceLinkedRole(this, grantee);
    const isAllowed = (operation: LaunchOperation) => LAUNCH_OPERATIONS.includes(operation);
    if (operations.length === 0 || !operations.every(isAllowed)) {
      throw propError(this, "operations", `[${operations.join(", ")}]`, LAUNCH_OPERATIONS.join(", "));
    }
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    // Always the provider's own account, so that no other one can be the issuer.
    const { partition, account } = new ProviderEnvironment(this, props.provider);
    const grant = new KmsGrant(this, "Resource", {
      name: grantName,
      keyId: keyArn,
      granteePrincipal: serviceLinkedRoleArn(
        partition,
        account,
        grantee.awsServiceName,
        grantee.customSuffix,
      ),
      operations: [...operations],
      retiringPrincipal: accountPrincipal(partition, account),
      retireOnDelete: true,
      ...placement,
    });
    this.grantId = grant.grantId;
    this.granteePrincipal = grant.granteePrincipal;
    this.fqn = grant.fqn;
  }
}
