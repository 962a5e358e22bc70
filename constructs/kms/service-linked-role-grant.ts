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
  /** Name of the grant; KMS does not create a second grant if a call with the same name is repeated. */
  readonly grantName: string;
  /** ARN of the key itself, not of an alias, in the provider's Region. The key can belong to any account. */
  readonly keyArn: string;
  /** The service-linked role of the provider's account that may use the key. IT MUST EXIST: `aws iam create-service-linked-role` creates it. */
  readonly grantee: ServiceLinkedRole;
  /** KMS operations that the grant allows. @default - all operations that AWS's documentation names for a launch */
  readonly operations?: readonly LaunchOperation[];
  /**
   * Provider of the account WHOSE INSTANCES ARE LAUNCHED. A grant that the key's account creates for a role of another account
   * does not allow launches. @default - the stack's own provider
   */
  readonly provider?: TerraformProvider;
}

/**
 * Lets a service-linked role of an account launch instances under another account's key. A grant is the only way: policies cannot
 * be attached to a service-linked role, and a key policy alone is not enough across accounts. The key's owner allows the grant with
 * `key.grants.allowLaunchGrants`; the launching account's IAM allows it with the statements of `grantIssuerPolicy`.
 *
 * The account is the grant's retiring principal, so Terraform removes the grant with `kms:RetireGrant` and needs no permission to
 * revoke other grants. Every change creates a new grant. A SERVICE-LINKED ROLE THAT IS DELETED AND CREATED AGAIN LOSES ITS GRANTS:
 * the next plan fails to read such a grant until it is retired (`aws kms retire-grant`), and then creates a new one.
 *
 * Source: EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes, cross-account access.
 */
export class ServiceLinkedRoleGrant extends Construct implements ITerraformDependable {
  /** The id that KMS gave the grant. */
  readonly grantId: string;
  /** ARN of the service-linked role. */
  readonly granteePrincipal: string;
  /** For `dependsOn` of resources that launch under the grant. */
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
    // Always the provider's own account, so that no other account can be the issuer.
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
