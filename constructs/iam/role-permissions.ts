import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { rolePolicy, type RoleAccess } from "../../policy";
import { MAX_INLINE_SIZE, policySize } from "../../policy/pages";
import { propError } from "../props";
import { documentText } from "../s3/bucket-policy-text";

/** Name of the role that gets the policy. */
export interface GrantedRole {
  /** ARN of the role, or a token for it. */
  readonly roleName: string;
  /** Name of the inline policy. */
  readonly policyName: string;
  /** Characters in the role's other inline policies, if known. @default 0 */
  readonly takenSize?: number;
  /** Provider of the role's account. @default - the stack's own provider */
  readonly provider?: TerraformProvider | undefined;
}

/** The permissions that are granted to a role on keys and buckets: one separate inline policy, created with the first grant. */
export class RolePermissions {
  private readonly keys: RoleAccess["keys"][number][] = [];
  private readonly buckets: RoleAccess["buckets"][number][] = [];
  private policy: IamRolePolicy | undefined;

  /** @param scope the role's construct */
  constructor(
    private readonly scope: Construct,
    private readonly role: GrantedRole,
  ) {}

  /**
   * Adds the statements of the permission table for uses of keys and buckets. `KeyGrants.fromKey` and `BucketGrants.fromBucket` call it.
   * @throws KeyferryError PropInvalid when the role's inline policies become longer than IAM allows
   */
  add({ keys = [], buckets = [] }: Partial<RoleAccess>): void {
    this.keys.push(...keys);
    this.buckets.push(...buckets);
    const statements = rolePolicy({ keys: this.keys, buckets: this.buckets });
    const size = policySize(statements) + (this.role.takenSize ?? 0);
    if (size > MAX_INLINE_SIZE) {
      throw propError(
        this.scope,
        "grants",
        `so many that the inline policies are ${size} characters long`,
        `at most ${MAX_INLINE_SIZE} characters`,
        "grant to several roles, or fewer keys and buckets to this one",
      );
    }
    const policy = documentText(this.scope, statements);
    if (this.policy !== undefined) this.policy.policy = policy;
    else this.policy = this.make(policy);
  }

  private make(policy: string): IamRolePolicy {
    const { roleName, policyName, provider } = this.role;
    return new IamRolePolicy(this.scope, "Grants", {
      ...{ name: policyName, role: roleName, policy },
      ...(provider === undefined ? {} : { provider }),
    });
  }
}
